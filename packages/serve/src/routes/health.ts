/** GET /healthz (alive), /readyz (takes traffic), /model (what is served). */
import { SakerError } from '@saker/spec';
import type { FastifyInstance } from 'fastify';
import type { PoolState } from '../inference/pool.js';

export function healthRoutes(app: FastifyInstance, _options: object, done: () => void): void {
  const open = { config: { scope: 'public' } } as const;
  app.get('/healthz', open, () => ({ status: 'alive' }));

  app.get('/readyz', open, () => {
    const { ready, workers } = checkReady(app);
    return { status: 'ready', workers: { ready, total: workers } };
  });

  app.get('/model', (request) => {
    const { model: name, version } = request.query as { readonly model?: string; readonly version?: string };
    const loaded = app.models.get(name, version);
    const { info } = loaded.pool;
    if (!info) throw new SakerError('E_NOT_READY');
    const { labels, ...rest } = info;
    const { hash } = loaded;
    return { name: loaded.name, version: loaded.version, hash, ...rest, numClasses: labels.length, labels };
  });
  done();
}

/** @throws SakerError E_SHUTTING_DOWN, E_NOT_READY when the server takes no requests. */
export function checkReady(app: FastifyInstance): PoolState {
  if (app.models.draining) throw new SakerError('E_SHUTTING_DOWN');
  // After start-up one warm worker is enough: a worker being replaced must not take the whole server out.
  if (!app.models.ready) throw new SakerError('E_NOT_READY');
  return app.models.state();
}
