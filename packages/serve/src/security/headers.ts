/** Headers that keep browsers from doing harm with what the server sends. */
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
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
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: CONTENT_SECURITY_POLICY },
    hsts: options.tls !== undefined,
    referrerPolicy: { policy: 'no-referrer' },
  });
  if (options.corsOrigins.length === 0) return;
  await app.register(cors, {
    origin: options.corsOrigins.map((origin) => new URL(origin).origin),
    methods: ['GET', 'HEAD', 'POST'],
    exposedHeaders: EXPOSED,
    maxAge: PREFLIGHT_S,
    strictPreflight: true,
  });
}
