/** Initial values of weights, as the reference implementations draw them, from a seeded counter-based generator. */
import { philox4x32 } from '@saker/spec';

/** Makes the `count` initial values of the tensor `name` under a seed. */
export type Draw = (seed: number, name: string, count: number) => Float32Array;

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

/** Every element is `value`. */
export function constant(value: number): Draw {
  return (_seed, _name, count) => new Float32Array(count).fill(value);
}

/** U(-bound, bound). */
export function uniform(bound: number): Draw {
  return (seed, name, count) => {
    const out = new Float32Array(count);
    const stream = streamOf(name);
    for (let i = 0; i < count; i += 4) {
      const words = philox4x32([i / 4, 0, 0, 0], [seed, stream]);
      for (let j = 0; j < 4 && i + j < count; j++) out[i + j] = (2 * unit(words[j]!) - 1) * bound;
    }
    return out;
  };
}

/**
 * N(0, std^2), two numbers from each pair of words (Box and Muller 1958). It also stands for torch's trunc_normal_ of the
 * same std, whose default cuts lie at -2 and 2: a hundred deviations of the usual 0.02.
 */
export function normal(std: number): Draw {
  return (seed, name, count) => {
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
  };
}

/** torch.nn.Conv2d's and Linear's own start, for weight and bias: U(-1/sqrt(fanIn), 1/sqrt(fanIn)). */
export function torchDefault(fanIn: number): Draw {
  return uniform(1 / Math.sqrt(fanIn));
}

/** kaiming_normal_ for ReLU (He et al. 2015): N(0, 2 / fan). */
export function kaimingNormal(fan: number): Draw {
  return normal(Math.sqrt(2 / fan));
}
