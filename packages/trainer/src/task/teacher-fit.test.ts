import { evalPipeline, makeModelMetadata } from '@saker/spec';
import { describe, expect, it } from 'vitest';
import { affine, classesOf, normalizationOf } from './teacher-fit.js';

const pipeline = evalPipeline({ size: 32 });
const metadata = (labels: string[], task: 'single-label' | 'multi-label' | 'binary' = 'single-label') =>
  makeModelMetadata({ labels, eval: pipeline, task });
const refused = (run: () => unknown, text: RegExp) =>
  expect(run).toThrowError(
    expect.objectContaining({ code: 'E_MODEL_SHAPE', message: expect.stringMatching(text) }),
  );

describe('affine', () => {
  it("takes the student's normalised pixels to the teacher's", () => {
    const student = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
    const teacher = { mean: [0.5], std: [0.25] };
    const { scale, bias } = affine(3, student, teacher);
    [0, 0.3, 1].forEach((pixel) => {
      for (const c of [0, 1, 2]) {
        const seen = (pixel - student.mean[c]!) / student.std[c]!;
        expect(seen * scale[c]! + bias[c]!).toBeCloseTo((pixel - 0.5) / 0.25, 12);
      }
    });
  });

  it('is nothing where both are alike, and reads what a pipeline has', () => {
    const own = normalizationOf(pipeline);
    expect(own.mean).toEqual([0.485, 0.456, 0.406]);
    expect(affine(3, own, own)).toEqual({ scale: [1, 1, 1], bias: [0, 0, 0] });
  });
});

describe('classesOf', () => {
  it('finds the classes by name, also among others', () => {
    expect(classesOf('t', ['a', 'b'], metadata(['a', 'b']), 2, 2)).toBeNull();
    expect(classesOf('t', ['a', 'b'], metadata(['b', 'c', 'a']), 3, 2)).toEqual([2, 0]);
    refused(() => classesOf('t', ['a', 'd'], metadata(['a', 'b']), 2, 2), /a, d.*a, b/);
  });

  it('takes outputs without names when there are as many', () => {
    expect(classesOf('t', ['a', 'b', 'c'], null, 3, 3)).toBeNull();
    expect(classesOf('t', ['no', 'yes'], null, 2, 1)).toBeNull();
    refused(() => classesOf('t', ['a', 'b', 'c'], null, 1000, 3), /1000 outputs/);
  });

  it('takes a binary teacher for a binary model of the same positive class only', () => {
    expect(classesOf('t', ['no', 'yes'], metadata(['no', 'yes'], 'binary'), 1, 1)).toBeNull();
    refused(() => classesOf('t', ['yes', 'no'], metadata(['no', 'yes'], 'binary'), 1, 1), /binary model/);
    refused(() => classesOf('t', ['no', 'yes'], metadata(['no', 'yes'], 'binary'), 1, 2), /binary model/);
  });
});
