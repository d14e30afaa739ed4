const bits = new Uint32Array(1);
const value = new Float32Array(bits.buffer);

/** IEEE 754 binary16 of each number, ties to even; beyond the range it is infinity. Little-endian machines. */
export function toHalf(numbers: Float32Array): Uint16Array {
  const out = new Uint16Array(numbers.length);
  for (let i = 0; i < numbers.length; i += 1) {
    value[0] = numbers[i] as number;
    const x = bits[0] as number;
    const sign = (x >>> 16) & 0x8000;
    const size = x & 0x7fff_ffff;
    if (size > 0x7f80_0000) out[i] = sign | 0x7e00;
    // 65520 and above round to infinity.
    else if (size >= 0x477f_f000) out[i] = sign | 0x7c00;
    // Below 2^-14: a multiple of 2^-24, which adding 0.5 rounds into the last bits of the float.
    else if (size < 0x3880_0000) {
      value[0] = Math.abs(numbers[i] as number) + 0.5;
      out[i] = sign | ((bits[0] as number) - 0x3f00_0000);
    } else out[i] = sign | ((size - 0x3800_0000 + 0xfff + ((size >>> 13) & 1)) >>> 13);
  }
  return out;
}
