/** readModel: bytes or a path to a checked OnnxModel. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { SakerError } from '@saker/spec';
import { nodeLabel } from './attributes.js';
import { inlineExternalData } from './external-data.js';
import { type ModelProto, ModelProtoSchema } from './gen/onnx_pb.js';
import { OnnxModel, opsetOf } from './model.js';
import { dtypeOf, hasExternalData, readTensor, tensorDims } from './tensor.js';

/** IR versions start at 1; the newest known is 14. Far beyond that, the bytes are something else. */
const MAX_IR_VERSION = 64;

/**
 * Reads an ONNX model from its bytes or from a file. Tensors stored beside the file are read too when a path is
 * given. The returned model keeps views of `input`'s bytes, so they must not be changed afterwards.
 * Throws E_FILE_NOT_FOUND, E_FILE_READ, E_MODEL_NOT_ONNX (protobuf decodes much nonsense without complaint, so a
 * graph with nodes, an IR version, an operator set and resolvable value names are checked here), E_MODEL_TENSOR
 * and E_MODEL_EXTERNAL_DATA.
 */
export function readModel(input: string | Uint8Array): OnnxModel {
  const file = typeof input === 'string' ? input : 'The model';
  const bytes = typeof input === 'string' ? readBytes(input) : plainBytes(input);
  if (bytes.byteLength === 0) throw notOnnx(file, 'it holds no bytes');
  let proto: ModelProto;
  try {
    proto = fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    throw notOnnx(file, 'its bytes are damaged or of another format', cause);
  }
  checkHeader(proto, file);
  if (typeof input === 'string') inlineExternalData(proto, path.dirname(input));
  checkTensors(proto);
  checkNames(proto, file);
  return new OnnxModel(proto, file);
}

function notOnnx(file: string, detail: string, cause?: unknown): SakerError {
  return new SakerError('E_MODEL_NOT_ONNX', { file, detail }, { cause });
}

/** A Buffer as Uint8Array over the same memory: Buffer's slice() shares memory where Uint8Array's copies. */
function plainBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function readBytes(file: string): Uint8Array {
  try {
    return plainBytes(readFileSync(file));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new SakerError('E_FILE_NOT_FOUND', { file }, { cause });
    const detail = code === 'EISDIR' ? 'it is a folder' : message;
    throw new SakerError('E_FILE_READ', { file, detail }, { cause });
  }
}

function checkHeader(proto: ModelProto, file: string): void {
  const ir = Object.hasOwn(proto, 'irVersion') ? Number(proto.irVersion) : 0;
  if (ir < 1 || ir > MAX_IR_VERSION) throw notOnnx(file, 'it states no IR version');
  if (!proto.graph) throw notOnnx(file, 'it holds no graph');
  if (proto.graph.node.length === 0) throw notOnnx(file, 'its graph has no nodes');
  const opset = opsetOf(proto);
  if (opset === null || opset < 1) throw notOnnx(file, 'it names no operator set');
  if (proto.graph.output.length === 0) throw notOnnx(file, 'its graph has no outputs');
}

/** Every stored tensor's byte count must fit its dims; types Saker doesn't compute with are left to whoever uses them. */
function checkTensors(proto: ModelProto): void {
  for (const tensor of proto.graph!.initializer) {
    if (hasExternalData(tensor) || dtypeOf(tensor.dataType) === null) tensorDims(tensor);
    else readTensor(tensor);
  }
}

/** The format asks for topological order: a node may read only what came before it. */
function checkNames(proto: ModelProto, file: string): void {
  const graph = proto.graph!;
  const known = new Set<string>();
  for (const value of graph.input) known.add(value.name);
  for (const tensor of graph.initializer) {
    if (!tensor.name) throw notOnnx(file, 'an initializer has no name');
    known.add(tensor.name);
  }
  for (const tensor of graph.sparseInitializer) known.add(tensor.values?.name ?? '');
  for (const node of graph.node) {
    if (!node.opType) throw notOnnx(file, `node ${nodeLabel(node)} has no operator`);
    for (const input of node.input) {
      if (input && !known.has(input)) {
        throw notOnnx(file, `node ${nodeLabel(node)} reads ${input}, which nothing before it makes`);
      }
    }
    for (const output of node.output) known.add(output);
  }
  for (const value of graph.output) {
    if (!known.has(value.name)) throw notOnnx(file, `nothing makes its output ${value.name}`);
  }
}
