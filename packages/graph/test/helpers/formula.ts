/**
 * Values that follow from a tensor's name and an element's index, computed alike by the script that made
 * fixtures/zoo-parity.json: parity with torchvision and timm without committed weights.
 */

function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Uniform in (0, 1): a 32-bit mix of the name's hash and the index. */
function unit(hash: number, index: number): number {
  let x = (Math.imul(index, 2654435761) + hash) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (((x ^ (x >>> 16)) >>> 0) + 0.5) / 2 ** 32;
}

/** The formula's value of a whole tensor. */
export function formulaTensor(name: string, dims: readonly number[]): Float32Array {
  const hash = hashName(name);
  const fanIn = dims.slice(1).reduce((a, b) => a * b, 1);
  const scale = (u: number): number => {
    if (name.endsWith('running_var')) return 0.5 + u;
    if (name === 'input') return (u - 0.5) * 2;
    if (name.endsWith('running_mean') || name.endsWith('.bias')) return (u - 0.5) * 0.2;
    return dims.length === 1 ? 0.5 + u : (u - 0.5) * 2 * Math.sqrt(6 / fanIn);
  };
  const out = new Float32Array(dims.reduce((a, b) => a * b, 1));
  for (let i = 0; i < out.length; i++) out[i] = scale(unit(hash, i));
  return out;
}
