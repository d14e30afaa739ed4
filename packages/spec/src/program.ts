// GraphProgram: an ONNX graph as plain data, the one form in which a model crosses from the graph package
// into the autograd engine (no protobuf in C++).

/** Element type of a tensor. Names follow safetensors; ONNX's data_type enum maps one to one. */
export type TensorDtype = 'f32' | 'f16' | 'f64' | 'i64' | 'i32' | 'u8' | 'i8' | 'bool';

/** Bytes per element of each dtype; `bool` is stored as one byte, 0 or 1. */
export const DTYPE_BYTES: Readonly<Record<TensorDtype, number>> = {
  f32: 4,
  f16: 2,
  f64: 8,
  i64: 8,
  i32: 4,
  u8: 1,
  i8: 1,
  bool: 1,
};

/** A tensor's shape and bytes: row-major, little-endian, `data.byteLength` = product(dims) x bytes per element. */
export interface TensorData {
  readonly dtype: TensorDtype;
  readonly dims: readonly number[];
  readonly data: Uint8Array;
}

/**
 * An attribute's value. ONNX ints and floats are numbers, strings are UTF-8 decoded, a tensor keeps its bytes.
 * The consumer knows from the operator's definition which kind an attribute has.
 */
export type AttrValue =
  | number
  | string
  | readonly number[]
  | readonly string[]
  | { readonly tensor: TensorData };

/** One operator call. An absent optional input or output is the empty string. */
export interface ProgramNode {
  readonly name: string;
  readonly op: string;
  /** Operator domain; '' is ai.onnx. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attrs: Readonly<Record<string, AttrValue>>;
}

/** A graph input that a caller feeds. A string dimension is symbolic (any size), e.g. 'N'. */
export interface ProgramInput {
  readonly name: string;
  readonly dims: readonly (number | string)[];
  readonly dtype: TensorDtype;
}

/** An initializer. */
export interface ProgramTensor extends TensorData {
  readonly name: string;
}

/** The whole graph; nodes are in topological order, names are unique (ONNX IR spec, section "Graphs"). */
export interface GraphProgram {
  /** Version of the ai.onnx operator set that the nodes follow. */
  readonly opset: number;
  readonly inputs: readonly ProgramInput[];
  readonly outputs: readonly string[];
  readonly nodes: readonly ProgramNode[];
  readonly tensors: readonly ProgramTensor[];
}
