/** Triton's model repository extension over REST. */
import { SakerError } from '@saker/spec';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { readBytes } from '../../body/read-bytes.js';
import { repositoryIndexRequest, repositoryRequest } from '../../oip/schemas.js';
import { declaredLength } from '../../plugins/limits.js';
import type { ModelPath } from './model-path.js';

export function v2RepositoryRoutes(app: FastifyInstance, _options: object, done: () => void): void {
  const models = app.protocol;
  const admin = { config: { scope: 'admin' } } as const;

  app.post('/v2/repository/index', async (request) => {
    const { ready = false } = await readJsonBody(request, repositoryIndexRequest);
    return models.list().filter((model) => !ready || model.state === 'READY');
  });
  app.post('/v2/repository/models/:name/load', admin, async (request, reply) => {
    await readJsonBody(request, repositoryRequest);
    await models.load((request.params as ModelPath).name);
    return reply.send();
  });
  app.post('/v2/repository/models/:name/unload', admin, async (request, reply) => {
    await readJsonBody(request, repositoryRequest);
    await models.unload((request.params as ModelPath).name);
    return reply.send();
  });
  done();
}

/** The body as the schema has it; no body is an empty object. @throws SakerError E_INFER_INVALID. */
async function readJsonBody<T extends z.ZodType>(request: FastifyRequest, schema: T): Promise<z.output<T>> {
  const lease = request.server.bodyBudget.open(declaredLength(request));
  try {
    const bytes = await readBytes(request.raw, lease);
    const checked = schema.safeParse(bytes.byteLength === 0 ? {} : parse(bytes));
    if (checked.success) return checked.data;
    const issue = checked.error.issues[0];
    throw invalid(`${issue?.path.join('.') || 'the body'}: ${issue?.message ?? 'not as expected'}`);
  } finally {
    lease.release();
  }
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw invalid('the body is not JSON in UTF-8');
  }
}

function invalid(detail: string): SakerError {
  return new SakerError('E_INFER_INVALID', { detail });
}
