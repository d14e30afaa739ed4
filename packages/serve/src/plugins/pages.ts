/**
 * Pages for browsers, in an app of their own that is built when the first of them is asked for: the libraries behind them
 * are a quarter of what the server would load before it answers.
 */
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { errorsPlugin } from './errors.js';

/** Answers a request out of the pages' app. */
export type PagesHandler = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/**
 * @param app whose hooks (headers, log, gate) have run by the time that a page's handler is called.
 * @param build registers the pages; called once, at the first request.
 */
export function lazyPages(
  app: FastifyInstance,
  build: (pages: FastifyInstance) => Promise<void>,
): PagesHandler {
  let building: Promise<FastifyInstance> | null = null;
  const open = async (): Promise<FastifyInstance> => {
    const pages = Fastify({ exposeHeadRoutes: true });
    pages.register(errorsPlugin);
    await build(pages);
    await pages.ready();
    return pages;
  };
  app.addHook('onClose', async () => (await building?.catch(() => null))?.close());
  return async (request, reply) => {
    building ??= open();
    const pages = await building.catch((thrown: unknown) => {
      building = null;
      throw thrown;
    });
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) reply.raw.setHeader(name, value);
    reply.hijack();
    pages.routing(request.raw, reply.raw);
  };
}
