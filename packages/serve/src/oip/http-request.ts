/** An inference request over HTTP: a JSON object, and behind it the binary data of tensors that have no `data`. */
import { SakerError } from '@saker/spec';
import { BYTES } from './datatypes.js';
import type { InferRequest, InputTensor } from './messages.js';
import { inferenceRequest } from './schemas.js';
import { tensorError, tensorFromBytes } from './tensor-bytes.js';
import { tensorFromJson } from './tensor-json.js';

/** Header with the length of the JSON object, where binary data follow it. */
export const HEADER_LENGTH = 'inference-header-content-length';

/** The one input of a model, for requests that are nothing but its data. */
export interface RawInput {
  readonly name: string;
}

/**
 * @param header value of Inference-Header-Content-Length, if there is one. 0 means that the whole body is one element
 *   of type BYTES of the model's input (Triton's raw binary request).
 * @throws SakerError E_INFER_INVALID, E_TENSOR_INVALID, E_BODY_INVALID.
 */
export function parseInferRequest(body: Uint8Array, header: string | undefined, raw: RawInput): InferRequest {
  if (header === undefined) return fromJson(body, new Uint8Array());
  const length = /^\d{1,15}$/.test(header) ? Number(header) : Number.NaN;
  if (!(length <= body.byteLength))
    throw invalid(
      `Inference-Header-Content-Length is not a length within the body of ${body.byteLength} bytes`,
    );
  if (length > 0) return fromJson(body.subarray(0, length), body.subarray(length));
  const elements = [new Uint8Array(body)];
  const input: InputTensor = { name: raw.name, datatype: BYTES, shape: [1], parameters: {}, elements };
  return { id: null, parameters: { binary_data_output: true }, inputs: [input], outputs: [] };
}

function fromJson(json: Uint8Array, binary: Uint8Array): InferRequest {
  const checked = inferenceRequest.safeParse(parse(json));
  if (!checked.success) {
    const issue = checked.error.issues[0];
    throw invalid(`${issue?.path.join('.') || 'the body'}: ${issue?.message ?? 'not as expected'}`);
  }
  const { id = null, parameters = {}, inputs, outputs = [] } = checked.data;
  let at = 0;
  const tensors = inputs.map(({ data, parameters: own = {}, ...rest }) => {
    const head = { ...rest, parameters: own };
    const size = own.binary_data_size;
    if (size === undefined) {
      if (data === undefined) throw tensorError(head.name, 'it has neither data nor binary_data_size');
      return tensorFromJson(head, data);
    }
    if (data !== undefined) throw tensorError(head.name, 'it has both data and binary_data_size');
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0 || at + size > binary.byteLength)
      throw tensorError(head.name, `its binary_data_size is not a length within what is left of the body`);
    at += size;
    return tensorFromBytes(head, binary.subarray(at - size, at));
  });
  if (at !== binary.byteLength)
    throw invalid(`${binary.byteLength - at} bytes of binary data belong to no input`);
  return {
    id,
    parameters,
    inputs: tensors,
    outputs: outputs.map((o) => ({ name: o.name, parameters: o.parameters ?? {} })),
  };
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
