/** GET /openapi.json, and a page at /docs to try it, with its assets from this server and under its strict policy. */
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { lazyPages } from '../plugins/pages.js';
import { CONTENT_SECURITY_POLICY } from '../security/headers.js';

const PREFIX = '/docs';
/** The one style that Swagger UI has inline, that of its logo. */
const LOGO_STYLE = "'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='";
const POLICY = { ...CONTENT_SECURITY_POLICY, 'style-src': ["'self'", LOGO_STYLE] };

export const openApiPlugin = fp(
  (app: FastifyInstance, _options: object, done: () => void) => {
    const page = lazyPages(app, async (pages) => {
      const { default: swagger } = await import('@fastify/swagger');
      const { default: swaggerUi } = await import('@fastify/swagger-ui');
      const document = await loadDocument();
      await pages.register(swagger, { mode: 'static', specification: { document: document as never } });
      await pages.register(swaggerUi, {
        routePrefix: PREFIX,
        logLevel: 'warn',
        staticCSP: POLICY,
        uiConfig: { deepLinking: false, tryItOutEnabled: true, validatorUrl: null },
        theme: { title: 'Saker: HTTP interface' },
      });
    });
    // The page is loaded by a browser, which has no key yet; it holds no secret.
    const open = { config: { scope: 'public' } } as const;
    app.get(PREFIX, open, page);
    app.get(`${PREFIX}/*`, open, page);
    app.get('/openapi.json', open, loadDocument);
    done();
  },
  { name: 'saker-openapi' },
);

async function loadDocument(): Promise<object> {
  const { openApiDocument } = await import('./document.js');
  return openApiDocument();
}
