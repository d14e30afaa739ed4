/** A share as a percentage with one decimal; a dash for NaN. */
export function percent(share: number, digits = 1): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(digits)}%` : '\u2013';
}

/** A count with thin grouping, for example 12 345. */
export function count(n: number): string {
  return String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** A number with about `digits` significant digits, without trailing zeros; scientific when tiny. */
export function figure(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return '\u2013';
  if (value !== 0 && Math.abs(value) < 1e-3) return value.toExponential(2).replace(/\.?0+e/, 'e');
  return String(Number(value.toPrecision(digits)));
}

/** "1 picture", "2 pictures". */
export function plural(n: number, noun: string, nouns = `${noun}s`): string {
  return `${count(n)} ${n === 1 ? noun : nouns}`;
}

/** Control characters, bidirectional overrides and lone surrogates: what could disguise a file name in a report. */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/gu;

/** A name from outside with its invisible characters spelled out. HTML escaping is the renderer's business. */
export function visible(name: string): string {
  return name.replace(HIDDEN, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** At most `length` characters, the end kept for paths (`from: 'start'` drops the beginning). */
export function clip(text: string, length: number, from: 'start' | 'end' = 'end'): string {
  const characters = [...text];
  if (characters.length <= length) return text;
  return from === 'end'
    ? `${characters.slice(0, length - 1).join('')}\u2026`
    : `\u2026${characters.slice(characters.length - length + 1).join('')}`;
}
