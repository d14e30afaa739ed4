import { createHash } from 'node:crypto';
import { philox4x32 } from '@saker/spec';
import { compareCodePoints } from './names.js';

/** Names the Philox stream of split drawing ("SPLT"). */
const STREAM = 0x53504c54;

/** 64 random bits as two words, a function of the seed and the picture's name only. */
function key(name: string, seed: number): readonly [number, number] {
  const digest = createHash('sha256').update(name).digest();
  const counter = [0, 4, 8, 12].map((at) => digest.readUInt32LE(at)) as [number, number, number, number];
  const [high, low] = philox4x32(counter, [seed >>> 0, STREAM]);
  return [high, low];
}

/**
 * A seeded order of named things that does not depend on the order given. Adding or removing one leaves the others
 * in the same order among themselves, so a growing dataset keeps its splits nearly in place.
 */
export function seededOrder<T extends { readonly name: string }>(items: readonly T[], seed: number): T[] {
  return items
    .map((item) => ({ item, key: key(item.name, seed) }))
    .sort((a, b) => a.key[0] - b.key[0] || a.key[1] - b.key[1] || compareCodePoints(a.item.name, b.item.name))
    .map(({ item }) => item);
}
