/** Parsers of flag values. Each names its flag, so that a wrong value gets the sentence of E_ARG_INVALID. */
import { SakerError } from '@saker/spec';

function refuse(name: string, expected: string, received: string): never {
  throw new SakerError('E_ARG_INVALID', { name, expected, received: received === '' ? 'nothing' : received });
}

export interface NumberRange {
  readonly min?: number;
  readonly max?: number;
  /** The minimum itself is not allowed. */
  readonly above?: boolean;
}

function describeRange(kind: string, { min, max, above }: NumberRange): string {
  if (min !== undefined && max !== undefined) return `${kind} from ${min} to ${max}`;
  if (min !== undefined) return above ? `${kind} above ${min}` : `${kind} of at least ${min}`;
  return kind;
}

function inRange(value: number, { min, max, above }: NumberRange): boolean {
  if (min !== undefined && (above ? value <= min : value < min)) return false;
  return max === undefined || value <= max;
}

/** A whole number, for example `--epochs 10`. */
export function integer(name: string, range: NumberRange = {}): (input: string) => number {
  return (input) => {
    const value = /^[+-]?\d+$/.test(input.trim()) ? Number(input) : Number.NaN;
    if (!Number.isSafeInteger(value) || !inRange(value, range)) {
      refuse(name, describeRange('a whole number', range), input);
    }
    return value;
  };
}

/** A number, for example `--lr 0.01` or `--lr 1e-3`. */
export function decimal(name: string, range: NumberRange = {}): (input: string) => number {
  return (input) => {
    const value = input.trim() === '' ? Number.NaN : Number(input);
    if (!Number.isFinite(value) || !inRange(value, range))
      refuse(name, describeRange('a number', range), input);
    return value;
  };
}

/** One number per channel: `0.5` or `0.485,0.456,0.406`. */
export function perChannel(name: string, range: NumberRange = {}): (input: string) => number[] {
  const expected = `1 or 3 numbers${range.above ? ` above ${range.min}` : ''}, joined by commas,`;
  return (input) => {
    const values = input.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
    const good = values.every((value) => Number.isFinite(value) && inRange(value, range));
    if (!good || (values.length !== 1 && values.length !== 3)) refuse(name, expected, input);
    return values;
  };
}

/** Text of one form, for example `--device cuda:1`. */
export function pattern(name: string, form: RegExp, expected: string): (input: string) => string {
  return (input) => (form.test(input) ? input : refuse(name, expected, input));
}

/** Any text but the empty one. */
export function text(name: string, expected: string): (input: string) => string {
  return (input) => (input === '' ? refuse(name, expected, input) : input);
}
