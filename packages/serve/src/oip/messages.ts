/** Inference requests and responses apart from how they travel: what REST and gRPC have in common. */
import type { Datatype, Elements } from './datatypes.js';

/** A value of `parameters`. */
export type Parameter = string | number | boolean;
export type Parameters = Readonly<Record<string, Parameter>>;

/** A tensor that came in: numbers in row-major order, or one byte string for each element of type BYTES. */
export type InputTensor = {
  readonly name: string;
  readonly shape: readonly number[];
  readonly parameters: Parameters;
} & (
  | { readonly datatype: Exclude<Datatype, 'BYTES'>; readonly elements: Elements }
  | { readonly datatype: 'BYTES'; readonly elements: readonly Uint8Array[] }
);

/** An output that the client asks for. */
export interface RequestedOutput {
  readonly name: string;
  readonly parameters: Parameters;
}

export interface InferRequest {
  readonly id: string | null;
  readonly parameters: Parameters;
  readonly inputs: readonly InputTensor[];
  /** Empty: all that the model's metadata lists. */
  readonly outputs: readonly RequestedOutput[];
}

/** A tensor that goes out: scores or probabilities as FP32, or classifications as BYTES. */
export type OutputTensor = { readonly name: string; readonly shape: readonly number[] } & (
  | { readonly datatype: 'FP32'; readonly elements: Float32Array }
  | { readonly datatype: 'BYTES'; readonly elements: readonly Uint8Array[] }
);

export interface InferResponse {
  readonly modelName: string;
  readonly modelVersion: string;
  readonly id: string | null;
  readonly outputs: readonly OutputTensor[];
}
