/** Health, metadata, configuration and statistics of the Open Inference Protocol over REST. */
import type { FastifyInstance } from 'fastify';
import { describeModel, modelConfig, SERVER_METADATA, statisticsJson } from '../../oip/describe.js';
import { checkReady } from '../health.js';
import { modelRoute } from './model-path.js';

export function v2MetadataRoutes(app: FastifyInstance, _options: object, done: () => void): void {
  const open = { config: { scope: 'public' } } as const;
  const models = app.protocol;

  app.get('/v2/health/live', open, (_request, reply) => reply.send());
  app.get('/v2/health/ready', open, (_request, reply) => {
    checkReady(app);
    return reply.send();
  });
  for (const path of ['/v2', '/v2/']) app.get(path, () => SERVER_METADATA);

  modelRoute(app, 'GET', '', {}, ({ name, version }) => {
    const model = models.get(name, version);
    return describeModel(model, version === undefined ? models.versions(name) : [version]);
  });
  modelRoute(app, 'GET', '/ready', {}, ({ name, version }, _request, reply) => {
    models.get(name, version);
    return reply.send();
  });
  modelRoute(app, 'GET', '/config', {}, ({ name, version }) => modelConfig(models.get(name, version)));
  modelRoute(app, 'GET', '/stats', {}, ({ name, version }) =>
    statisticsJson(models.statistics(name, version)),
  );
  app.get('/v2/models/stats', () => statisticsJson(models.statistics()));
  done();
}
