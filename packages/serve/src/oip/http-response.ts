/** An inference response over HTTP, as JSON or with binary data behind the JSON. */
import type { InferRequest, InferResponse, OutputTensor } from './messages.js';
import { joinElements } from './tensor-bytes.js';

/** What goes out. */
export interface HttpInferResponse {
  readonly body: Buffer;
  readonly contentType: string;
  /** Length of the JSON when binary data follow, else null. */
  readonly headerLength: number | null;
}

/** Writes each output as the request asks: `binary_data` on the output, else `binary_data_output` on the request. */
export function writeInferResponse(response: InferResponse, request: InferRequest): HttpInferResponse {
  const tails: Uint8Array[] = [];
  const outputs = response.outputs.map((output) => {
    const { name, datatype, shape } = output;
    const asked = request.outputs.find((wanted) => wanted.name === name);
    const binary = asked?.parameters.binary_data ?? request.parameters.binary_data_output ?? false;
    if (binary !== true) return { name, datatype, shape, data: toJson(output) };
    const bytes = toBytes(output);
    tails.push(bytes);
    return { name, datatype, shape, parameters: { binary_data_size: bytes.byteLength } };
  });
  const { modelName: model_name, modelVersion: model_version, id } = response;
  const json = Buffer.from(
    JSON.stringify({ model_name, model_version, ...(id === null ? {} : { id }), outputs }),
  );
  if (tails.length === 0) return { body: json, contentType: 'application/json', headerLength: null };
  return {
    body: Buffer.concat([json, ...tails]),
    contentType: 'application/octet-stream',
    headerLength: json.byteLength,
  };
}

/** Little-endian elements, as the machines this runs on have them in memory. */
export function toBytes(output: OutputTensor): Uint8Array {
  if (output.datatype === 'BYTES') return joinElements(output.elements);
  const { buffer, byteOffset, byteLength } = output.elements;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function toJson(output: OutputTensor): readonly (number | string)[] {
  if (output.datatype === 'BYTES')
    return output.elements.map((element) => Buffer.from(element).toString('utf8'));
  return Array.from(output.elements);
}
