/** Inference requests and responses from and to protobuf messages. */
import { create } from '@bufbuild/protobuf';
import { SakerError } from '@saker/spec';
import { BYTES, type Elements, isNumeric, NUMERIC } from '../oip/datatypes.js';
import { toBytes } from '../oip/http-response.js';
import type { InferRequest, InferResponse, InputTensor, Parameters } from '../oip/messages.js';
import {
  elementCount,
  type TensorHead,
  tensorError,
  tensorFromBytes,
  unknownDatatype,
  wrongCount,
} from '../oip/tensor-bytes.js';
import {
  type InferParameter,
  type InferTensorContents,
  type ModelInferRequest,
  type ModelInferResponse,
  ModelInferResponseSchema,
} from './gen/grpc_service_pb.js';

/** @throws SakerError E_INFER_INVALID, E_TENSOR_INVALID. */
export function fromMessage(message: ModelInferRequest): InferRequest {
  const { id, inputs, outputs, rawInputContents: raw } = message;
  if (raw.length > 0 && raw.length !== inputs.length)
    throw invalid(`raw_input_contents holds ${raw.length} tensors for ${inputs.length} inputs`);
  return {
    id: id === '' ? null : id,
    parameters: parametersOf(message.parameters),
    inputs: inputs.map((input, i) => {
      const { name, datatype, contents } = input;
      const head = {
        name,
        datatype,
        shape: input.shape.map(Number),
        parameters: parametersOf(input.parameters),
      };
      const bytes = raw[i];
      if (bytes === undefined) return fromContents(head, contents);
      if (contents !== undefined) throw tensorError(name, 'it has contents beside raw_input_contents');
      return tensorFromBytes(head, bytes);
    }),
    outputs: outputs.map((output) => ({ name: output.name, parameters: parametersOf(output.parameters) })),
  };
}

/** Answers in the form the request used: raw for raw, typed contents for typed contents. */
export function toMessage(response: InferResponse, raw: boolean): ModelInferResponse {
  const { modelName, modelVersion, id, outputs } = response;
  return create(ModelInferResponseSchema, {
    modelName,
    modelVersion,
    id: id ?? '',
    outputs: outputs.map((output) => ({
      name: output.name,
      datatype: output.datatype,
      shape: output.shape.map(BigInt),
      ...(raw ? {} : { contents: contentsOf(output) }),
    })),
    rawOutputContents: raw ? outputs.map(toBytes) : [],
  });
}

function contentsOf(output: InferResponse['outputs'][number]) {
  return output.datatype === 'BYTES'
    ? { bytesContents: [...output.elements] }
    : { fp32Contents: Array.from(output.elements) };
}

function fromContents(head: TensorHead, contents: InferTensorContents | undefined): InputTensor {
  const { name, datatype, shape, parameters } = head;
  const count = elementCount(head);
  if (datatype === BYTES) {
    const elements = contents?.bytesContents ?? [];
    if (elements.length !== count) throw wrongCount(head, count, elements.length);
    // Copies: the message's memory is one piece, and a picture's moves to another thread.
    return { name, datatype, shape, parameters, elements: elements.map((bytes) => new Uint8Array(bytes)) };
  }
  if (!isNumeric(datatype)) throw unknownDatatype(head);
  const values = contents ? valuesOf(head, contents) : [];
  if (values.length !== count) throw wrongCount(head, count, values.length);
  const elements: Elements = new NUMERIC[datatype](
    new ArrayBuffer(count * NUMERIC[datatype].BYTES_PER_ELEMENT),
  );
  for (let i = 0; i < count; i++) {
    const value = values[i] as never;
    elements[i] = value;
    // FP32 rounds and NaN is not itself; a whole number that comes out different does not fit its type.
    if (datatype !== 'FP32' && datatype !== 'FP64' && elements[i] !== Number(value) && elements[i] !== value)
      throw tensorError(name, `element ${i} is no value of type ${datatype}`);
  }
  return { name, datatype, shape, parameters, elements };
}

function valuesOf(
  { name, datatype }: TensorHead,
  contents: InferTensorContents,
): readonly (number | bigint | boolean)[] {
  switch (datatype) {
    case 'BOOL':
      return contents.boolContents;
    case 'INT8':
    case 'INT16':
    case 'INT32':
      return contents.intContents;
    case 'INT64':
      return contents.int64Contents;
    case 'UINT8':
    case 'UINT16':
    case 'UINT32':
      return contents.uintContents;
    case 'UINT64':
      return contents.uint64Contents;
    case 'FP32':
      return contents.fp32Contents;
    case 'FP64':
      return contents.fp64Contents;
    default:
      throw tensorError(name, `${datatype} has no contents field; send it in raw_input_contents`);
  }
}

function parametersOf(map: { readonly [key: string]: InferParameter }): Parameters {
  return Object.fromEntries(
    Object.entries(map).flatMap(([key, { parameterChoice }]) => {
      const { value } = parameterChoice;
      if (value === undefined) return [];
      return [[key, typeof value === 'bigint' ? Number(value) : value]];
    }),
  );
}

function invalid(detail: string): SakerError {
  return new SakerError('E_INFER_INVALID', { detail });
}
