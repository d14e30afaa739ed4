/** Protection of the HTTP app: headers, who asks, how often, and what they may. */
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { Gate } from './gate.js';
import { securityHeaders } from './headers.js';
import type { Identity } from './identity.js';
import { type Limiter, makeLimiter } from './limiter.js';
import type { ResolvedSecurity } from './options.js';
import { checkLocalName, checkOrigin } from './origins.js';
import { renewTls } from './tls.js';
import type { UrlFetcher } from './urls/fetcher.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** Says who asks and what they may. */
    readonly gate: Gate;
    /** Counts requests per caller. */
    readonly limiter: Limiter;
    /** Fetches pictures by URL; null where the operator has allowed no host. */
    readonly urlFetcher: UrlFetcher | null;
  }
  interface FastifyRequest {
    /** Who asks; null on public routes and before it is known. */
    identity: Identity | null;
  }
}

export const securityPlugin = fp(
  async (app: FastifyInstance, options: ResolvedSecurity): Promise<void> => {
    const gate = await Gate.create(options, {
      reloaded: (file) => app.log.info({ file }, 'read again after a change'),
      reloadFailed: (file, error) =>
        app.log.error({ file, code: error.code, detail: error.message }, 'not read again; the old keys stay'),
    });
    const origins = new Set(options.corsOrigins.map((origin) => new URL(origin).origin));
    await securityHeaders(app, options);
    const limiter = makeLimiter(app, options.rateLimit);
    // Loaded where it is used, for a quick start.
    const fetching = options.urls ? await import('./urls/fetcher.js') : null;
    const urlFetcher = fetching && options.urls ? new fetching.UrlFetcher(options.urls) : null;
    app.decorate('gate', gate);
    app.decorate('limiter', limiter);
    app.decorate('urlFetcher', urlFetcher);
    app.decorateRequest('identity', null);

    app.addHook('onRequest', async (request) => {
      const scope = request.routeOptions.config?.scope ?? 'predict';
      if (scope === 'public') return;
      checkOrigin(request, origins);
      const { authorization, 'x-api-key': apiKey } = request.headers;
      const address = request.ip;
      const asked = gate.identify({
        authorization,
        apiKey: Array.isArray(apiKey) ? apiKey[0] : apiKey,
        address,
      });
      // Guesses at keys are counted for the address they come from.
      const identity = await asked.catch(async (refusal: unknown) => {
        await limiter({ kind: 'anonymous', id: address }, address);
        throw refusal;
      });
      request.identity = identity;
      await limiter(identity, address);
      if (scope === 'admin' && gate.open) checkLocalName(request);
      gate.authorise(identity, scope);
    });
    const stopRenewing = options.tls ? renewTls(app, options.tls) : null;
    app.addHook('onClose', async () => {
      stopRenewing?.();
      gate.close();
      await urlFetcher?.close();
    });
  },
  { name: 'saker-security' },
);
