/** GET /openapi.json, and a page at /docs to try it, with its assets from this server and under its strict policy. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { CONTENT_SECURITY_POLICY } from '../security/headers.js';
import { openApiDocument } from './document.js';

const PREFIX = '/docs';
/** The one style that Swagger UI has inline, that of its logo. */
const LOGO_STYLE = "'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='";
const POLICY = { ...CONTENT_SECURITY_POLICY, 'style-src': ["'self'", LOGO_STYLE] };

export const openApiPlugin = fp(
  async (app: FastifyInstance): Promise<void> => {
    const document = openApiDocument();
    // The page is loaded by a browser, which has no key yet; it holds no secret.
    app.addHook('onRoute', (route) => {
      if (route.url.startsWith(PREFIX)) route.config = { ...route.config, scope: 'public' };
    });
    await app.register(swagger, { mode: 'static', specification: { document: document as never } });
    await app.register(swaggerUi, {
      routePrefix: PREFIX,
      logLevel: 'warn',
      staticCSP: POLICY,
      uiConfig: { deepLinking: false, tryItOutEnabled: true, validatorUrl: null },
      theme: { title: 'Saker: HTTP interface' },
    });
    app.get('/openapi.json', { config: { scope: 'public' } }, () => document);
  },
  { name: 'saker-openapi' },
);
