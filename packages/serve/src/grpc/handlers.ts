/** The calls with one request and one answer. */
import { type DescMessage, fromJson, type JsonValue, type MessageShape } from '@bufbuild/protobuf';
import { SakerError } from '@saker/spec';
import type { FastifyInstance } from 'fastify';
import { describeModel, modelConfig, SERVER_METADATA, statisticsJson } from '../oip/describe.js';
import { infer } from '../oip/infer.js';
import { checkReady } from '../routes/health.js';
import type { RequestTrace } from '../tracing/request-trace.js';
import { fromMessage, toMessage } from './convert.js';
import { MALFORMED } from './definition.js';
import * as pb from './gen/grpc_service_pb.js';

/** What every call knows. */
export interface CallContext {
  readonly app: FastifyInstance;
  readonly maxItems: number;
  /** Aborted when the client cancels, leaves, or its deadline passes. */
  readonly signal: AbortSignal;
  /** Null where the call is not traced. */
  readonly trace: RequestTrace | null;
}

type Handler<I, O> = (request: I, context: CallContext) => Promise<O> | O;

/** The JSON forms of REST are those of protobuf, so the messages are made from them. */
function message<T extends DescMessage>(schema: T, json: unknown): MessageShape<T> {
  return fromJson(schema, json as JsonValue);
}

const given = (text: string): string | undefined => (text === '' ? undefined : text);

/**
 * The message of a call.
 * @throws SakerError E_INFER_INVALID when the bytes were none.
 */
export function received<T>(request: T | typeof MALFORMED): T {
  if (request !== MALFORMED) return request as T;
  throw new SakerError('E_INFER_INVALID', { detail: 'the bytes are not a message of the method' });
}

/** True when `check` throws nothing. */
function holds(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

/** ModelInfer, and each message of ModelStreamInfer. */
export async function modelInfer(
  request: pb.ModelInferRequest,
  { app, maxItems, signal, trace }: CallContext,
): Promise<pb.ModelInferResponse> {
  const model = app.protocol.get(request.modelName, given(request.modelVersion));
  const lease = app.bodyBudget.open();
  try {
    lease.take(sizeOf(request));
    const asked = fromMessage(request);
    const response = await infer(app.protocol, model, asked, { signal, maxItems, trace });
    return toMessage(response, request.rawInputContents.length > 0);
  } finally {
    lease.release();
  }
}

/** Bytes that the tensors hold. */
function sizeOf({ rawInputContents, inputs }: pb.ModelInferRequest): number {
  let size = 0;
  for (const { byteLength } of rawInputContents) size += byteLength;
  for (const { contents } of inputs) {
    for (const { byteLength } of contents?.bytesContents ?? []) size += byteLength;
    size += (contents?.fp32Contents.length ?? 0) * Float32Array.BYTES_PER_ELEMENT;
  }
  return size;
}

const serverLive: Handler<pb.ServerLiveRequest, pb.ServerLiveResponse> = () =>
  message(pb.ServerLiveResponseSchema, { live: true });

const serverReady: Handler<pb.ServerReadyRequest, pb.ServerReadyResponse> = (_request, { app }) =>
  message(pb.ServerReadyResponseSchema, { ready: holds(() => checkReady(app)) });

const serverMetadata: Handler<pb.ServerMetadataRequest, pb.ServerMetadataResponse> = () =>
  message(pb.ServerMetadataResponseSchema, SERVER_METADATA);

const modelReady: Handler<pb.ModelReadyRequest, pb.ModelReadyResponse> = ({ name, version }, { app }) =>
  message(pb.ModelReadyResponseSchema, { ready: holds(() => app.protocol.get(name, given(version))) });

const modelMetadata: Handler<pb.ModelMetadataRequest, pb.ModelMetadataResponse> = (
  { name, version },
  { app },
) => {
  const model = app.protocol.get(name, given(version));
  const versions = version === '' ? app.protocol.versions(name) : [version];
  return message(pb.ModelMetadataResponseSchema, describeModel(model, versions));
};

const modelConfigCall: Handler<pb.ModelConfigRequest, pb.ModelConfigResponse> = (
  { name, version },
  { app },
) => message(pb.ModelConfigResponseSchema, { config: modelConfig(app.protocol.get(name, given(version))) });

const modelStatistics: Handler<pb.ModelStatisticsRequest, pb.ModelStatisticsResponse> = (
  { name, version },
  { app },
) =>
  message(
    pb.ModelStatisticsResponseSchema,
    statisticsJson(app.protocol.statistics(given(name), given(version))),
  );

const repositoryIndex: Handler<pb.RepositoryIndexRequest, pb.RepositoryIndexResponse> = (
  { ready },
  { app },
) =>
  message(pb.RepositoryIndexResponseSchema, {
    models: app.protocol.list().filter((model) => !ready || model.state === 'READY'),
  });

const repositoryModelLoad: Handler<pb.RepositoryModelLoadRequest, pb.RepositoryModelLoadResponse> = async (
  { modelName },
  { app },
) => {
  await app.protocol.load(modelName);
  return message(pb.RepositoryModelLoadResponseSchema, {});
};

const repositoryModelUnload: Handler<
  pb.RepositoryModelUnloadRequest,
  pb.RepositoryModelUnloadResponse
> = async ({ modelName }, { app }) => {
  await app.protocol.unload(modelName);
  return message(pb.RepositoryModelUnloadResponseSchema, {});
};

/** By the methods' names in lower camel case. */
export const HANDLERS = {
  serverLive,
  serverReady,
  modelReady,
  serverMetadata,
  modelMetadata,
  modelInfer,
  modelConfig: modelConfigCall,
  modelStatistics,
  repositoryIndex,
  repositoryModelLoad,
  repositoryModelUnload,
} as const;
