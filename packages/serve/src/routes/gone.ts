import type { FastifyReply } from 'fastify';

/** Aborts when the connection closes before the answer is out. (request.signal aborts when the body has been read.) */
export function goneSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
