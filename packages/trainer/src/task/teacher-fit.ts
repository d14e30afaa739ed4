/** How a teacher's pixels and classes follow from those of the run. */
import { type ModelMetadata, type PipelineSpec, SakerError } from '@saker/spec';

/** Of pixels in 0..1, by channel; one number stands for all. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** What a pipeline normalises by; pixels in 0..1 without a Normalize. */
export function normalizationOf(spec: PipelineSpec): Normalization {
  const op = spec.ops.find((one) => one.op === 'Normalize');
  return op ? { mean: op.mean, std: op.std } : { mean: [0], std: [1] };
}

const at = (values: readonly number[], c: number): number => values[c] ?? (values[0] as number);

/** The teacher's normalised pixels from the student's: both are affine in the same 0..1. */
export function affine(
  channels: number,
  student: Normalization,
  teacher: Normalization,
): { readonly scale: number[]; readonly bias: number[] } {
  const each = (make: (c: number) => number): number[] => Array.from({ length: channels }, (_, c) => make(c));
  return {
    scale: each((c) => at(student.std, c) / at(teacher.std, c)),
    bias: each((c) => (at(student.mean, c) - at(teacher.mean, c)) / at(teacher.std, c)),
  };
}

/**
 * The teacher's output for each class of the run; null when the order is the same or unknown.
 * @param outputs of the teacher's graph; null: unknown. @param wanted logits of the run's model.
 * @throws SakerError E_MODEL_SHAPE when a class is missing, or unnamed outputs are of another number.
 */
export function classesOf(
  file: string,
  labels: readonly string[],
  metadata: ModelMetadata | null,
  outputs: number | null,
  wanted: number,
): number[] | null {
  const refuse = (received: string): never => {
    throw new SakerError('E_MODEL_SHAPE', {
      name: `the classes of the teacher ${file}`,
      expected: `those of the data (${labels.join(', ')})`,
      received,
    });
  };
  if (!metadata) {
    if (outputs !== null && outputs !== wanted && !(wanted === 1 && outputs === 2))
      refuse(`${outputs} outputs without names`);
    return null;
  }
  const order = labels.map((label) => metadata.labels.indexOf(label));
  if (order.includes(-1)) refuse(metadata.labels.join(', '));
  if (metadata.task !== 'binary')
    return order.every((index, i) => index === i) && metadata.labels.length === labels.length ? null : order;
  if (wanted !== 1 || order[0] !== 0) refuse(`a binary model of ${metadata.labels.join(' and ')}`);
  return null;
}
