import { readFileSync } from 'node:fs';
import { type DenseTensor, readSafetensors, tensorNumbers, writeSafetensors } from '@saker/graph';
import { describe, expect, it } from 'vitest';

/** Written by the safetensors library; made by fixtures/make_safetensors.py. */
const fixture = JSON.parse(readFileSync(new URL('fixtures/safetensors.json', import.meta.url), 'utf8'));
const real = new Uint8Array(Buffer.from(fixture.base64, 'base64'));

const f32 = (dims: number[], values: number[]): DenseTensor => ({
  dtype: 'f32',
  dims,
  data: new Uint8Array(Float32Array.from(values).buffer),
});

function fileOf(header: unknown, dataBytes: number): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = Buffer.alloc(8 + text.length + dataBytes);
  bytes.writeBigUInt64LE(BigInt(text.length));
  text.copy(bytes, 8);
  return new Uint8Array(bytes);
}

describe('safetensors', () => {
  it('reads what the safetensors library writes', () => {
    const { tensors, metadata } = readSafetensors(real, 'real.safetensors');
    expect(metadata).toEqual({ format: 'pt' });
    const read = Object.fromEntries(
      [...tensors].map(([name, t]) => [name, { dtype: t.dtype, dims: t.dims, values: tensorNumbers(t) }]),
    );
    expect(read).toEqual({
      'conv.weight': {
        dtype: 'f32',
        dims: [2, 1, 2, 3],
        values: Array.from({ length: 12 }, (_, i) => i / 8),
      },
      half: { dtype: 'f16', dims: [3], values: [0.5, -1.25, 65504] },
      brain: { dtype: 'f32', dims: [1, 3], values: [1.5, -2, 3.140625] },
      count: { dtype: 'i64', dims: [], values: [7] },
      mask: { dtype: 'bool', dims: [3], values: [1, 0, 1] },
      empty: { dtype: 'f32', dims: [0, 4], values: [] },
    });
  });

  it('reads back what it wrote, whatever the names, from bytes at any offset', () => {
    const tensors = new Map<string, DenseTensor>([
      ['__proto__', f32([2], [1, -0])],
      ['7', f32([], [Number.NaN])],
      ['ü/exp_avg', f32([1, 2], [Number.POSITIVE_INFINITY, 1e-45])],
      ['byte', { dtype: 'u8', dims: [3], data: Uint8Array.of(1, 2, 3) }],
    ]);
    const bytes = writeSafetensors(tensors, { note: 'a "quoted" note' });
    const shifted = new Uint8Array(bytes.length + 3).subarray(3);
    shifted.set(bytes);
    const again = readSafetensors(shifted, 'x');
    expect(again.metadata).toEqual({ note: 'a "quoted" note' });
    expect([...again.tensors.keys()].sort()).toEqual([...tensors.keys()].sort());
    for (const [name, tensor] of tensors) expect(again.tensors.get(name)).toEqual(tensor);
    expect(writeSafetensors(new Map([...tensors].reverse()), { note: 'a "quoted" note' })).toEqual(bytes);
  });

  const entry = (more: object = {}) => ({ dtype: 'F32', shape: [2], data_offsets: [0, 8], ...more });
  it.each([
    ['nothing', new Uint8Array(0), 'fewer than the 8'],
    ['a header longer than the file', fileOf('{}', 0).fill(0xff, 0, 2), 'claims'],
    ['a header that is no JSON', fileOf('{"a"', 0), 'no JSON'],
    ['a header that is no object', fileOf('[]', 0), 'no object'],
    ['an unknown element type', fileOf({ a: entry({ dtype: 'F8_E4M3' }) }, 8), 'F8_E4M3'],
    ['a negative size', fileOf({ a: entry({ shape: [-2] }) }, 8), 'malformed'],
    ['a missing range', fileOf({ a: entry({ data_offsets: [0] }) }, 8), 'malformed'],
    ['an entry that is null', fileOf({ a: null }, 8), 'cannot read'],
    ['a shape that does not fit its bytes', fileOf({ a: entry({ shape: [3] }) }, 8), 'needs 12 bytes'],
    ['bytes that overlap', fileOf({ a: entry(), b: entry() }, 16), 'expected 8'],
    ['a hole', fileOf({ a: entry({ data_offsets: [4, 12] }) }, 12), 'expected 0'],
    ['a file cut off', fileOf({ a: entry() }, 7), 'cut off'],
    ['bytes left over', fileOf({ a: entry() }, 9), 'belong to no tensor'],
  ])('refuses %s', (_what, bytes, words) => {
    expect(() => readSafetensors(bytes, 'bad.safetensors')).toThrow(
      expect.objectContaining({ code: 'E_SAFETENSORS_INVALID', message: expect.stringContaining(words) }),
    );
  });

  it('refuses every truncation of a real file', () => {
    for (let length = 0; length < real.length; length++)
      expect(() => readSafetensors(real.subarray(0, length), 'cut')).toThrow('cut');
  });
});
