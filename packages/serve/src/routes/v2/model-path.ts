/** Routes of a model exist twice: for the version that is served by default, and for a version by name. */
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';

/** A model as a path names it. */
export interface ModelPath {
  readonly name: string;
  readonly version?: string;
}

export type ModelHandler = (path: ModelPath, request: FastifyRequest, reply: FastifyReply) => unknown;

/** Adds a route of a model under both of its paths. */
export function modelRoute(
  app: FastifyInstance,
  method: 'GET' | 'POST',
  suffix: string,
  options: RouteShorthandOptions,
  handler: ModelHandler,
): void {
  for (const version of ['', '/versions/:version'])
    app.route({
      ...options,
      method,
      url: `/v2/models/:name${version}${suffix}`,
      handler: (request, reply) => handler(request.params as ModelPath, request, reply),
    });
}
