/** POST /v2/models/NAME[/versions/VERSION]/infer */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { inflated } from '../../body/inflate.js';
import { readBytes } from '../../body/read-bytes.js';
import { HEADER_LENGTH, parseInferRequest } from '../../oip/http-request.js';
import { writeInferResponse } from '../../oip/http-response.js';
import { infer } from '../../oip/infer.js';
import type { ResolvedLimits } from '../../options.js';
import { declaredLength } from '../../plugins/limits.js';
import { traced } from '../../tracing/request-trace.js';
import { goneSignal } from '../gone.js';
import { sendInferResponse } from './answer.js';
import { modelRoute } from './model-path.js';

export function v2InferRoutes(app: FastifyInstance, limits: ResolvedLimits, done: () => void): void {
  modelRoute(app, 'POST', '/infer', {}, async ({ name, version }, request, reply) => {
    // Before the body: a request for a model that is not here, or when the line is full, costs nothing.
    reply.raw.once('close', app.models.admit(name, version));
    const model = app.protocol.get(name, version);
    const signal = goneSignal(reply);
    const lease = app.bodyBudget.open(declaredLength(request));
    try {
      const { trace } = request;
      const asked = await traced(trace, 'body', async () => {
        const body = await readBytes(inflated(request.raw), lease);
        return parseInferRequest(body, headerLength(request), model.signature.input);
      });
      const options = { signal, maxItems: limits.maxPictures, trace };
      const response = await infer(app.protocol, model, asked, options);
      return await sendInferResponse(request, reply, writeInferResponse(response, asked));
    } finally {
      lease.release();
    }
  });
  done();
}

function headerLength({ headers }: FastifyRequest): string | undefined {
  const value = headers[HEADER_LENGTH];
  return Array.isArray(value) ? value.join() : value;
}
