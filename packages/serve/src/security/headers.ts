/** Headers that keep browsers from doing harm with what the server sends. */
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
    global: false,
    contentSecurityPolicy: { useDefaults: false, directives: CONTENT_SECURITY_POLICY },
    hsts: options.tls !== undefined,
    referrerPolicy: { policy: 'no-referrer' },
  });
  // The headers are the same for every answer, and composing them was the dearest part of a refusal.
  let composed: readonly (readonly [string, string])[] | null = null;
  app.addHook('onRequest', async (_request, { raw, helmet: compose }) => {
    if (composed === null) {
      const others = new Set(raw.getHeaderNames());
      await compose();
      composed = Object.entries(raw.getHeaders())
        .filter(([name]) => !others.has(name))
        .map(([name, value]) => [name, String(value)]);
    } else for (const [name, value] of composed) raw.setHeader(name, value);
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
