/** Headers that keep browsers from doing harm with what the server sends. */
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import helmet from 'helmet';
import type { ResolvedSecurity } from './options.js';

/** Pages load everything from here, run no inline script, and stand in nobody's frame. */
export const CONTENT_SECURITY_POLICY = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:', 'blob:'],
  'media-src': ["'self'", 'blob:'],
  'font-src': ["'self'"],
  'connect-src': ["'self'"],
  'manifest-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
};

/** Headers that pages of other origins may read. */
const EXPOSED = ['x-request-id', 'server-timing', 'retry-after', 'inference-header-content-length'];
const PREFLIGHT_S = 600;

/** Adds security headers to every answer, and CORS for the origins listed. */
export async function securityHeaders(app: FastifyInstance, options: ResolvedSecurity): Promise<void> {
  const headers = composed(options);
  app.addHook('onRequest', (_request, { raw }, next) => {
    for (const [name, value] of headers) raw.setHeader(name, value);
    next();
  });
  if (options.corsOrigins.length === 0) return;
  const { default: cors } = await import('@fastify/cors');
  await app.register(cors, {
    origin: options.corsOrigins.map((origin) => new URL(origin).origin),
    methods: ['GET', 'HEAD', 'POST'],
    exposedHeaders: EXPOSED,
    maxAge: PREFLIGHT_S,
    strictPreflight: true,
  });
}

/** Helmet's headers. They are the same for every answer, so they are composed once. */
function composed(options: ResolvedSecurity): readonly (readonly [string, string])[] {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  const compose = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: CONTENT_SECURITY_POLICY },
    strictTransportSecurity: options.tls !== undefined,
    referrerPolicy: { policy: 'no-referrer' },
  });
  compose(request, response, (error) => {
    if (error) throw error;
  });
  return Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]);
}
