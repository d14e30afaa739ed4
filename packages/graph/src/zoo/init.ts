/** Initial values of weights, as torchvision draws them, from a seeded counter-based generator. */
import { philox4x32 } from '@saker/spec';

/** FNV-1a (Fowler, Noll, Vo) of a tensor's name: its random stream, so that no layer's draws depend on another's. */
export function streamOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Uniform number in (0, 1) from 32 random bits. */
function unit(word: number): number {
  return (word + 0.5) / 2 ** 32;
}

/** `count` draws of U(-bound, bound). */
export function uniform(seed: number, name: string, count: number, bound: number): Float32Array {
  const out = new Float32Array(count);
  const stream = streamOf(name);
  for (let i = 0; i < count; i += 4) {
    const words = philox4x32([i / 4, 0, 0, 0], [seed, stream]);
    for (let j = 0; j < 4 && i + j < count; j++) out[i + j] = (2 * unit(words[j]!) - 1) * bound;
  }
  return out;
}

/** `count` draws of N(0, std^2), two from each pair of words (Box and Muller 1958). */
export function normal(seed: number, name: string, count: number, std: number): Float32Array {
  const out = new Float32Array(count);
  const stream = streamOf(name);
  for (let i = 0; i < count; i += 4) {
    const words = philox4x32([i / 4, 0, 0, 0], [seed, stream]);
    for (let j = 0; j < 4 && i + j < count; j += 2) {
      const radius = std * Math.sqrt(-2 * Math.log(unit(words[j]!)));
      const angle = 2 * Math.PI * unit(words[j + 1]!);
      out[i + j] = radius * Math.cos(angle);
      if (i + j + 1 < count) out[i + j + 1] = radius * Math.sin(angle);
    }
  }
  return out;
}
