import {
  buildModel,
  putTensors,
  readModel,
  readTensor,
  type TensorValues,
  tensorNumbers,
  writeModel,
} from '@saker/graph';
import { SakerError } from '@saker/spec';
import { describe, expect, it } from 'vitest';
import { floatToHalf, halfToFloat, makeTensor } from '../src/tensor.js';
import { constant, floats, graph, ints, node } from './helpers/graphs.js';

const model = buildModel('resnet8', { numClasses: 3, size: 16, seed: 1 });
const bias = (values: number[], dims = [3]): Record<string, TensorValues> => ({
  'fc.bias': { dims, data: Float32Array.from(values) },
});
const numbers = (source: typeof model, name: string) => tensorNumbers(readTensor(source.constant(name)!));

describe('putTensors', () => {
  it('makes a new model with the values, through a file too, and leaves the given one alone', () => {
    const before = numbers(model, 'fc.bias');
    const changed = readModel(writeModel(putTensors(model, bias([1, -2, 0.5]))));
    expect(numbers(changed, 'fc.bias')).toEqual([1, -2, 0.5]);
    expect(numbers(model, 'fc.bias')).toEqual(before);
    expect(numbers(changed, 'fc.weight')).toEqual(numbers(model, 'fc.weight'));
  });

  it('copies the data, so that a reused buffer changes nothing', () => {
    const values = bias([1, 2, 3]);
    const changed = putTensors(model, values);
    values['fc.bias']!.data.fill(9);
    expect(numbers(changed, 'fc.bias')).toEqual([1, 2, 3]);
  });

  it.each([
    ['an unknown name', { 'fc.offset': { dims: [3], data: new Float32Array(3) } }, /no tensor fc.offset/],
    ['other dims', bias([1, 2, 3], [3, 1]), /has dims \[3\], received \[3, 1\]/],
    [
      'transposed dims',
      { 'fc.weight': { dims: [64, 3], data: new Float32Array(192) } },
      /has dims \[3, 64\], received \[64, 3\]/,
    ],
    ['a wrong element count', bias([1, 2]), /has 3 elements, received 2/],
    [
      'a name of Object.prototype',
      { constructor: { dims: [], data: new Float32Array(1) } },
      /no tensor constructor/,
    ],
  ])('refuses %s', (_case, tensors, message) => {
    expect(() => putTensors(model, tensors)).toThrow(SakerError);
    expect(() => putTensors(model, tensors)).toThrow(message);
  });

  it('names the required tensors that are missing', () => {
    const attempt = () => putTensors(model, bias([1, 2, 3]), { required: ['fc.bias', 'fc.weight'] });
    expect(attempt).toThrow(/fc.weight missing/);
  });

  it('keeps the element type of f16 and f64 tensors and reaches Constant nodes', () => {
    const half = makeTensor('h', 'f16', [2], Uint16Array.of(0, 0));
    const nodes = [
      constant(floats('k', [2])),
      node('Cast', ['h'], 'h32', { to: 1 }),
      node('Add', ['x', 'k'], 's'),
      node('Add', ['s', 'h32'], 'y'),
    ];
    const source = graph(['N', 2], nodes, [half], ['y', ['N', 2]]);
    const values = {
      h: { dims: [2], data: Float32Array.of(1.5, -0.1) },
      k: { dims: [2], data: Float32Array.of(3, 4) },
    };
    const changed = readModel(writeModel(putTensors(source, values)));
    expect(readTensor(changed.constant('h')!).dtype).toBe('f16');
    expect(numbers(changed, 'h')[0]).toBe(1.5);
    expect(numbers(changed, 'h')[1]).toBeCloseTo(-0.1, 4);
    expect(numbers(changed, 'k')).toEqual([3, 4]);
  });

  it('refuses integer tensors', () => {
    const source = graph(['N', 4], [node('Reshape', ['x', 's'], 'y')], [ints('s', [0, 4])], ['y', ['N', 4]]);
    const values = { s: { dims: [2], data: Float32Array.of(0, 4) } };
    expect(() => putTensors(source, values)).toThrow(/s is not floating point/);
  });
});

describe('half precision', () => {
  it('round-trips every finite half and rounds ties to even', () => {
    for (let bits = 0; bits < 0x7c00; bits++) expect(floatToHalf(halfToFloat(bits))).toBe(bits);
    expect(floatToHalf(-2)).toBe(0xc000);
    expect(floatToHalf(2049)).toBe(0x6800); // 2049 lies between 2048 and 2050
    expect(floatToHalf(2051)).toBe(0x6802);
    expect(floatToHalf(1e6)).toBe(0x7c00);
    expect(floatToHalf(2 ** -25)).toBe(0);
    expect(Number.isNaN(halfToFloat(floatToHalf(Number.NaN)))).toBe(true);
  });
});
