/** The page at /: pictures in a browser, answered by this server. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Where the built page lies: beside the compiled server. */
const WEB = join(import.meta.dirname, '../web');
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
  await app.register(fastifyStatic, { root: WEB, serve: false });
  const open = { config: { scope: 'public' } } as const;
  app.get('/', open, (_request, reply) => reply.sendFile('index.html', { maxAge: 0 }));
  app.get('/icon.svg', open, (_request, reply) => reply.sendFile('icon.svg', { maxAge: YEAR_MS }));
  for (const file of readdirSync(join(WEB, 'assets'))) {
    app.get(`/assets/${file}`, open, (_request, reply) =>
      reply.sendFile(`assets/${file}`, { maxAge: YEAR_MS, immutable: true }),
    );
  }
}
