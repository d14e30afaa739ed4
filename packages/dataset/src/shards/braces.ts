/** `train-{0000..0015}.tar` and `{train,val}.tar`, as shells and WebDataset write them. */
import { SakerError } from '@saker/spec';

/** More names than this are a slip of the hand. */
const MAX_NAMES = 1_000_000;

function refuse(pattern: string, detail: string): never {
  throw new SakerError('E_DATA_SHARDS', { path: pattern, detail });
}

function alternatives(pattern: string, inside: string): string[] {
  const [, first, last] = /^(\d+)\.\.(\d+)$/.exec(inside) ?? [];
  if (first === undefined || last === undefined) {
    const words = inside.split(',');
    return words.length > 1
      ? words
      : refuse(pattern, `expected {0000..0015} or {a,b} in braces, received {${inside}}`);
  }
  const [from, to] = [Number(first), Number(last)];
  const count = Math.abs(to - from) + 1;
  if (count > MAX_NAMES) refuse(pattern, `its braces stand for ${count} names`);
  const width = first.startsWith('0') || last.startsWith('0') ? Math.max(first.length, last.length) : 0;
  const step = to < from ? -1 : 1;
  return Array.from({ length: count }, (_, i) => String(from + step * i).padStart(width, '0'));
}

/**
 * Every name that the pattern stands for, in order; the pattern itself when it has no braces.
 * @throws SakerError E_DATA_SHARDS for braces that are neither a range nor a list.
 */
export function expandBraces(pattern: string): string[] {
  let names = [''];
  for (const [, plain = '', inside] of pattern.matchAll(/([^{]*)(?:\{([^{}]*)\}|$)/g)) {
    const words = inside === undefined ? [''] : alternatives(pattern, inside);
    if (names.length * words.length > MAX_NAMES) refuse(pattern, 'its braces stand for too many names');
    names = names.flatMap((name) => words.map((word) => name + plain + word));
  }
  return names;
}

export function hasBraces(path: string): boolean {
  return /\{[^{}]*\}/.test(path);
}
