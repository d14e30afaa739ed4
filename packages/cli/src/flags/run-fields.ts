/**
 * Flags that train and pretrain share: how a field is written and which values it takes. What it means is worded by each
 * command, and so is whether it has a default.
 */
import { decimal, integer, perChannel, text } from './parse.js';

const parsed = <T>(placeholder: string, parse: (input: string) => T) =>
  ({ kind: 'parsed', placeholder, parse, optional: true }) as const;

export const modelField = {
  ...parsed('NAME|FILE.onnx', text('--model', 'a model name or a path')),
  brief: 'Name of a zoo model (saker models list), or path of an .onnx file',
} as const;
export const sizeField = parsed('N', integer('--size', { min: 8, max: 4096 }));
export const epochsField = (min: number) => parsed('N', integer('--epochs', { min, max: 100_000 }));
export const batchSizeField = (min: number) => parsed('N', integer('--batch-size', { min, max: 65_536 }));
export const lrField = parsed('X', decimal('--lr', { min: 0, above: true }));
export const meanField = (placeholder: string) => parsed(placeholder, perChannel('--mean'));
export const stdField = (placeholder: string) =>
  parsed(placeholder, perChannel('--std', { min: 0, above: true }));
export const seedField = parsed('N', integer('--seed', { min: 0, max: 0xffff_ffff }));
export const threadsField = {
  ...parsed('N', integer('--threads', { min: 1, max: 1024 })),
  brief: 'Native threads; default: all cores',
} as const;
export const outField = parsed('FILE.onnx', text('--out', 'a path'));
