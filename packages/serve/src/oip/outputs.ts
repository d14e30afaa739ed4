/** The outputs of a model as the protocol sees them. */
import { SakerError } from '@saker/spec';
import { classify } from './classification.js';
import type { InferRequest, OutputTensor, RequestedOutput } from './messages.js';
import type { ItemResult, ModelSignature } from './served-models.js';

/** Name of the output that every model has. */
export const PROBABILITIES = 'probabilities';

type Kind = 'scores' | 'probabilities';

/** Names of the outputs and what each holds: the graph's own, and probabilities where the graph gives logits. */
export function outputsOf({ output }: ModelSignature): ReadonlyMap<string, Kind> {
  if (output.kind === 'probabilities') return new Map([[output.name, 'probabilities']]);
  return new Map([
    [output.name, 'scores'],
    [PROBABILITIES, 'probabilities'],
  ]);
}

/** An output as it was asked for, checked. */
export interface WantedOutput {
  readonly name: string;
  readonly kind: Kind;
  /** Classes to give as text in place of the numbers, or null. */
  readonly classes: number | null;
}

/**
 * What a request asks for; all outputs when it names none.
 * @throws SakerError E_INFER_INVALID for an output that the model has not, or that is named twice; E_TENSOR_INVALID for
 *   a `classification` that is no number of classes.
 */
export function wantedOutputs(request: InferRequest, signature: ModelSignature): readonly WantedOutput[] {
  const known = outputsOf(signature);
  const asked: readonly RequestedOutput[] =
    request.outputs.length > 0
      ? request.outputs
      : [...known.keys()].map((name) => ({ name, parameters: {} }));
  const names = new Set<string>();
  return asked.map(({ name, parameters }) => {
    const kind = known.get(name);
    if (kind === undefined) {
      const detail = `the model has the outputs ${[...known.keys()].join(' and ')}, not ${name.slice(0, 100)}`;
      throw new SakerError('E_INFER_INVALID', { detail });
    }
    if (names.has(name)) throw new SakerError('E_INFER_INVALID', { detail: `output ${name} is named twice` });
    names.add(name);
    return { name, kind, classes: classesOf(name, parameters.classification, signature.labels.length) };
  });
}

/** The tensors of an answer. */
export function outputTensors(
  wanted: readonly WantedOutput[],
  results: readonly Extract<ItemResult, { ok: true }>[],
  labels: readonly string[],
): readonly OutputTensor[] {
  return wanted.map(({ name, kind, classes }) => {
    const rows = results.map((result) => (kind === 'scores' ? result.scores : result.probabilities));
    if (classes !== null) {
      const elements = rows.flatMap((row) => classify(row, labels, classes));
      return { name, datatype: 'BYTES', shape: [rows.length, classes], elements };
    }
    const elements = new Float32Array(rows.length * labels.length);
    rows.forEach((row, i) => {
      elements.set(row, i * labels.length);
    });
    return { name, datatype: 'FP32', shape: [rows.length, labels.length], elements };
  });
}

function classesOf(name: string, given: unknown, most: number): number | null {
  if (given === undefined || given === 0) return null;
  if (typeof given === 'number' && Number.isInteger(given) && given > 0) return Math.min(given, most);
  throw new SakerError('E_TENSOR_INVALID', { name, detail: 'classification must be a number of classes' });
}
