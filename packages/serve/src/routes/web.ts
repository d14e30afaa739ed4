/** The page at /: pictures in a browser, answered by this server. */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { lazyPages } from '../plugins/pages.js';

/** Where the built page lies; looked up by the package's name, since this code may have been bundled elsewhere. */
const WEB = join(createRequire(import.meta.url).resolve('@saker/serve/package.json'), '../dist/web');
const YEAR_MS = 365 * 86_400_000;

/**
 * Serves the page and its files to everybody; what the page asks for goes through the same gate as any client. Without a
 * built page there is none, and the log says so. File names hold a hash of their content, so that caches keep them.
 */
export async function webRoutes(app: FastifyInstance): Promise<void> {
  if (!existsSync(join(WEB, 'index.html'))) {
    app.log.warn({ folder: WEB }, 'the web page was not built, so there is none at /');
    return;
  }
  const files = [
    { url: '/', file: 'index.html', maxAge: 0, immutable: false },
    { url: '/icon.svg', file: 'icon.svg', maxAge: YEAR_MS, immutable: false },
    ...readdirSync(join(WEB, 'assets')).map((name) => ({
      url: `/assets/${name}`,
      file: `assets/${name}`,
      maxAge: YEAR_MS,
      immutable: true,
    })),
  ];
  const page = lazyPages(app, async (pages) => {
    const { default: fastifyStatic } = await import('@fastify/static');
    await pages.register(fastifyStatic, { root: WEB, serve: false });
    for (const { url, file, ...caching } of files)
      pages.get(url, (_request, reply) => reply.sendFile(file, caching));
  });
  for (const { url } of files) app.get(url, { config: { scope: 'public' } }, page);
}
