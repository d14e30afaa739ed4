/** ModelStreamInfer: many requests and their answers over one call, answers in the order of the requests. */
import { create } from '@bufbuild/protobuf';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import { SakerError } from '@saker/spec';
import type { FastifyBaseLogger } from 'fastify';
import { MALFORMED } from './definition.js';
import {
  type ModelInferRequest,
  type ModelStreamInferResponse,
  ModelStreamInferResponseSchema,
} from './gen/grpc_service_pb.js';
import { callId } from './guard.js';
import { type CallContext, modelInfer, received } from './handlers.js';
import { toStatus } from './status.js';

/** Requests of one stream that run at a time; the client is held back beyond. */
const AT_ONCE = 16;

/** Serves one stream to its end. A request that fails is answered with its sentence, and the stream goes on. */
export function serveStream(
  call: ServerDuplexStream<ModelInferRequest, ModelStreamInferResponse>,
  context: CallContext,
  log: FastifyBaseLogger,
): void {
  let running = 0;
  let answered = Promise.resolve();
  const answer = async (message: ModelInferRequest | typeof MALFORMED): Promise<ModelStreamInferResponse> => {
    const { id = '', modelName = '' } = message === MALFORMED ? {} : message;
    const trace = context.trace?.part('message') ?? null;
    try {
      const inferResponse = await modelInfer(received(message), { ...context, trace });
      trace?.end({ failed: false });
      return create(ModelStreamInferResponseSchema, { inferResponse });
    } catch (thrown) {
      const { code, httpStatus } = SakerError.from(thrown);
      trace?.end({ attributes: { 'error.type': code }, failed: httpStatus >= 500 });
      const { details } = toStatus(thrown, log, callId(call.metadata));
      // The id tells the client which of its requests this was.
      return create(ModelStreamInferResponseSchema, {
        errorMessage: details,
        inferResponse: { id, modelName },
      });
    }
  };
  call.on('data', (request: ModelInferRequest | typeof MALFORMED) => {
    running += 1;
    if (running >= AT_ONCE) call.pause();
    const result = answer(request);
    answered = answered.then(async () => {
      const response = await result;
      running -= 1;
      if (call.cancelled) return;
      if (!call.write(response)) await drained(call, context.signal);
      call.resume();
    });
  });
  call.on('end', () => void answered.then(() => call.end()));
  call.on('error', (error) => log.debug({ err: error }, 'stream ended by its client'));
}

function drained(call: NodeJS.EventEmitter, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    call.once('drain', resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
