/** The Open Inference Protocol, version 2, over REST, with Triton's extensions. */
import type { FastifyInstance } from 'fastify';
import type { ResolvedLimits } from '../../options.js';
import { v2InferRoutes } from './infer.js';
import { v2MetadataRoutes } from './metadata.js';
import { v2RepositoryRoutes } from './repository.js';

export async function v2Routes(app: FastifyInstance, limits: ResolvedLimits): Promise<void> {
  await app.register(v2MetadataRoutes);
  await app.register(v2InferRoutes, limits);
  await app.register(v2RepositoryRoutes);
}
