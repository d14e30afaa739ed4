/** Suggestions for mistyped names. */

/** Edits (insert, delete, replace one character) that turn `a` into `b` (Levenshtein 1966). */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** The name closest to `wanted`, case and punctuation aside, or null when none is within half its length. */
export function nearest(wanted: string, names: readonly string[]): string | null {
  let best: string | null = null;
  let least = Math.ceil(wanted.length / 2);
  for (const name of names) {
    const distance = editDistance(plain(wanted), plain(name));
    if (distance < least) [best, least] = [name, distance];
  }
  return best;
}
