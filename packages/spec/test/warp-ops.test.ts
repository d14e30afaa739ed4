import { parsePipeline, SakerError } from '@saker/spec';
import { describe, expect, it } from 'vitest';

const parse = (op: object): unknown => parsePipeline({ version: 1, ops: [op] }).ops[0];

describe('ops that warp', () => {
  it("take torchvision's forms and give one", () => {
    expect(parse({ op: 'RandomRotation', degrees: 30 })).toEqual({
      op: 'RandomRotation',
      degrees: [-30, 30],
      interpolation: 'nearest',
      expand: false,
      center: null,
      fill: [0, 0, 0],
    });
    expect(
      parse({ op: 'RandomAffine', degrees: [-5, 10], shear: 7, scale: [0.5, 2], translate: [0.1, 0] }),
    ).toEqual({
      op: 'RandomAffine',
      degrees: [-5, 10],
      translate: [0.1, 0],
      scale: [0.5, 2],
      shear: [-7, 7, 0, 0],
      interpolation: 'nearest',
      fill: [0, 0, 0],
      center: null,
    });
    expect(parse({ op: 'RandomAffine', degrees: 0, shear: [1, 2] })).toMatchObject({ shear: [1, 2, 0, 0] });
    expect(parse({ op: 'RandomAffine', degrees: 0, shear: [1, 2, 3, 4] })).toMatchObject({
      shear: [1, 2, 3, 4],
    });
    expect(parse({ op: 'RandomPerspective' })).toEqual({
      op: 'RandomPerspective',
      distortion_scale: 0.5,
      p: 0.5,
      interpolation: 'bilinear',
      fill: [0, 0, 0],
    });
  });

  it.each([
    { op: 'RandomRotation' },
    { op: 'RandomRotation', degrees: -3 },
    { op: 'RandomRotation', degrees: [3, -3] },
    { op: 'RandomRotation', degrees: Number.NaN },
    { op: 'RandomRotation', degrees: 3, center: [1] },
    { op: 'RandomRotation', degrees: 3, interpolation: 'lanczos' },
    { op: 'RandomAffine', degrees: 3, translate: [0.5, 1.1] },
    { op: 'RandomAffine', degrees: 3, scale: [0, 1] },
    { op: 'RandomAffine', degrees: 3, shear: [2, 1] },
    { op: 'RandomAffine', degrees: 3, shear: 90 },
    { op: 'RandomPerspective', distortion_scale: 1.1 },
    { op: 'Perspective', startpoints: [[0, 0]], endpoints: [[0, 0]] },
    { op: 'Affine', angle: Number.POSITIVE_INFINITY },
    { op: 'Affine', angle: 1, scale: 0 },
  ])('refuse %j', (op) => {
    expect(() => parse(op)).toThrow(SakerError);
  });
});
