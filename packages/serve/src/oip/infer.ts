/** Runs an inference request, however it came in. */
import type { Pixels } from '@saker/core-native';
import { SakerError } from '@saker/spec';
import type { RequestTrace } from '../tracing/request-trace.js';
import { BYTES, DATATYPE_OF } from './datatypes.js';
import type { InferRequest, InferResponse, InputTensor } from './messages.js';
import { outputTensors, wantedOutputs } from './outputs.js';
import type { ItemResult, ModelInput, ReadyModel, RunOptions, ServedModels } from './served-models.js';
import { tensorError } from './tensor-bytes.js';

export interface InferOptions {
  readonly signal: AbortSignal;
  /** Pictures or items in one request. */
  readonly maxItems: number;
  /** Null where the request is not traced. */
  readonly trace: RequestTrace | null;
}

/**
 * Checks the request against the model, runs it and makes the outputs. A picture that cannot be read fails the whole
 * request: a tensor has no place for it.
 * @throws SakerError E_INFER_INVALID, E_TENSOR_INVALID, an error of the picture, or whatever keeps the model from running.
 */
export async function infer(
  models: ServedModels,
  model: ReadyModel,
  request: InferRequest,
  options: InferOptions,
): Promise<InferResponse> {
  const { signature } = model;
  const wanted = wantedOutputs(request, signature);
  const [tensor, ...more] = request.inputs;
  if (!tensor || more.length > 0) throw invalid(`the model has one input, received ${request.inputs.length}`);
  const input = modelInput(tensor, model, options.maxItems);
  const results = await models.run(model, input, runOptions(request, options));
  const good = results.map((result, i) => {
    if (result.ok) return result;
    throw itemError(result, tensor, i);
  });
  return {
    modelName: model.name,
    modelVersion: model.version,
    id: request.id,
    outputs: outputTensors(wanted, good, signature.labels),
  };
}

function modelInput(tensor: InputTensor, { signature }: ReadyModel, maxItems: number): ModelInput {
  const { input } = signature;
  if (tensor.name !== input.name)
    throw invalid(`the model's input is ${input.name}, received ${tensor.name.slice(0, 100)}`);
  const [count = 0, ...item] = tensor.shape;
  if (tensor.shape.length === 0 || count === 0) throw tensorError(tensor.name, 'it holds no picture');
  if (count > maxItems) throw tensorError(tensor.name, `it holds ${count} pictures, at most ${maxItems}`);
  if (tensor.datatype === BYTES) {
    if (item.some((size) => size !== 1))
      throw tensorError(
        tensor.name,
        `encoded pictures have the shape [N], received [${tensor.shape.join(',')}]`,
      );
    return { pictures: tensor.elements };
  }
  const datatype = DATATYPE_OF[input.dtype];
  const expected = input.itemDims;
  if (tensor.datatype !== datatype)
    throw tensorError(tensor.name, `expected datatype ${datatype} or BYTES, received ${tensor.datatype}`);
  if (item.length !== expected.length || expected.some((size, i) => item[i] !== size))
    throw tensorError(
      tensor.name,
      `expected shape [N,${expected.join(',')}], received [${tensor.shape.join(',')}]`,
    );
  const items = tensor.elements as Pixels;
  checkFinite(tensor.name, items);
  return { items, count };
}

/** What is not a number comes out as not a number, and would look like a fault of the model. */
function checkFinite(name: string, items: Pixels): void {
  const bad = items instanceof Float32Array ? !items.every(Number.isFinite) : hasHalfWithoutValue(items);
  if (bad) throw tensorError(name, 'it holds values that are infinite or not a number');
}

/** 16-bit floats with all exponent bits set (IEEE 754): infinities and NaNs. */
function hasHalfWithoutValue(items: Pixels): boolean {
  return items instanceof Uint16Array && items.some((bits) => (bits & 0x7c00) === 0x7c00);
}

function runOptions({ parameters }: InferRequest, { signal, trace }: InferOptions): RunOptions {
  const { priority, timeout } = parameters;
  return {
    signal,
    trace,
    ...(isCount(priority) ? { priority } : {}),
    ...(isCount(timeout) ? { timeoutUs: timeout } : {}),
  };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function itemError(
  { error }: Extract<ItemResult, { ok: false }>,
  { name, datatype }: InputTensor,
  i: number,
): SakerError {
  // Finite numbers that no picture has can still overflow inside the network.
  if (datatype !== BYTES && error.code === 'E_MODEL_RUN')
    return tensorError(name, `the model gives no number for item ${i}`);
  return datatype === BYTES ? error.with({ file: `${name}[${i}]` }) : error;
}

function invalid(detail: string): SakerError {
  return new SakerError('E_INFER_INVALID', { detail });
}
