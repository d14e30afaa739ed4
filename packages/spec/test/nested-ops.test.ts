import { canonicalJson, OPS, parsePipeline, pipelineHash, pipelineJsonSchema, SakerError } from '@saker/spec';
import { describe, expect, it } from 'vitest';

function refusal(ops: unknown, rest: object = {}): { path: unknown; detail: string } {
  try {
    parsePipeline({ ops, ...rest });
  } catch (error) {
    expect(error).toBeInstanceOf(SakerError);
    const { code, params } = error as SakerError;
    expect(code).toBe('E_PIPELINE_INVALID');
    return { path: params.path, detail: String(params.detail) };
  }
  throw new Error('the pipeline was accepted');
}

/** `levels` RandomApply around a flip. */
const nest = (levels: number): unknown =>
  levels === 0 ? { op: 'RandomHorizontalFlip' } : { op: 'RandomApply', transforms: [nest(levels - 1)] };

describe('ops that hold ops', () => {
  it('bring the ops inside into canonical form too', () => {
    const spec = parsePipeline({
      ops: [
        {
          op: 'RandomApply',
          transforms: [
            {
              op: 'RandomChoice',
              transforms: [{ op: 'GaussianBlur', kernel_size: 3 }, { op: 'RandomInvert' }],
            },
            { op: 'RandomOrder', transforms: [{ op: 'RandomGrayscale' }] },
          ],
        },
      ],
    });
    expect(spec.ops).toEqual([
      {
        op: 'RandomApply',
        p: 0.5,
        transforms: [
          {
            op: 'RandomChoice',
            p: null,
            transforms: [
              { op: 'GaussianBlur', kernel_size: [3, 3], sigma: [0.1, 2] },
              { op: 'RandomInvert', p: 0.5 },
            ],
          },
          { op: 'RandomOrder', transforms: [{ op: 'RandomGrayscale', p: 0.1 }] },
        ],
      },
    ]);
    const again = parsePipeline(JSON.parse(canonicalJson(spec as never)));
    expect(again).toEqual(spec);
    expect(pipelineHash(again)).toBe(pipelineHash(spec));
  });

  it('name the place of a wrong op or field inside, and the nearest spelling', () => {
    const inside = (op: object) => refusal([{ op: 'RandomApply', transforms: [{ op: 'RandomInvert' }, op] }]);
    expect(inside({ op: 'GausianBlur' })).toEqual({
      path: 'ops[0].transforms[1].op',
      detail: 'no transform is named GausianBlur; the nearest is GaussianBlur',
    });
    expect(inside({ op: 'RandomInvert', prob: 1 })).toEqual({
      path: 'ops[0].transforms[1]',
      detail: 'RandomInvert has no field prob (it has p)',
    });
    expect(inside({ op: 'GaussianBlur', kernel_size: 3, sigmas: 1 })).toEqual({
      path: 'ops[0].transforms[1]',
      detail: 'GaussianBlur has no field sigmas; the nearest is sigma',
    });
    expect(inside({ op: 'Pad', padding: 1, padding_mode: 'reflekt' })).toMatchObject({
      path: 'ops[0].transforms[1].padding_mode',
      detail: expect.stringMatching(/^Pad padding_mode: .*; the nearest is reflect$/),
    });
    expect(inside({ op: 'RandomPosterize' })).toMatchObject({
      path: 'ops[0].transforms[1].bits',
      detail: expect.stringMatching(/^RandomPosterize needs bits: /),
    });
    expect(inside({ op: 'RandomInvert', p: 2 })).toMatchObject({
      path: 'ops[0].transforms[1].p',
      detail: expect.stringMatching(/^RandomInvert p: .*; allowed: 0\.\.1$/),
    });
  });

  it('give the nearest spelling at the top too', () => {
    expect(refusal([{ op: 'Reisze', size: 8 }]).detail).toContain('the nearest is Resize');
    expect(refusal([{ op: 'Resize', sise: 8 }]).detail).toMatch(/Resize needs size|the nearest is size/);
    expect(refusal([], { ouput: {} }).detail).toBe('no field ouput here; the nearest is output');
  });

  it.each([
    ['an empty list', [{ op: 'RandomChoice', transforms: [] }], 'ops[0].transforms'],
    ['too long a list', [{ op: 'RandomOrder', transforms: Array(33).fill(nest(0)) }], 'ops[0].transforms'],
    ['a list of something else', [{ op: 'RandomApply', transforms: [3] }], 'ops[0].transforms[0]'],
    ['no list', [{ op: 'RandomApply' }], 'ops[0].transforms'],
    ['weights of another number', [{ op: 'RandomChoice', transforms: [nest(0)], p: [1, 1] }], 'ops[0].p'],
    ['weights that are all 0', [{ op: 'RandomChoice', transforms: [nest(0)], p: [0] }], 'ops[0].p'],
    ['a negative weight', [{ op: 'RandomChoice', transforms: [nest(0)], p: [-1] }], 'ops[0].p[0]'],
    [
      'Normalize inside',
      [{ op: 'RandomApply', transforms: [{ op: 'Normalize', mean: 0, std: 1 }] }],
      'ops[0].transforms[0]',
    ],
    [
      'one channel inside',
      [{ op: 'RandomApply', transforms: [{ op: 'Grayscale' }] }],
      'ops[0].transforms[0].num_output_channels',
    ],
    [
      'a mean without Normalize inside',
      [{ op: 'RandomApply', transforms: [{ op: 'RandomErasing', value: 'mean' }] }],
      'ops[0].transforms[0].value',
    ],
    ['more than 256 ops', Array(9).fill({ op: 'RandomOrder', transforms: Array(32).fill(nest(0)) }), 'ops'],
  ])('refuse %s', (_, ops, path) => {
    expect(refusal(ops).path).toBe(path);
  });

  it('nest eight lists deep, and no deeper, however deep the file is', () => {
    expect(parsePipeline({ ops: [nest(8)] }).ops).toHaveLength(1);
    expect(refusal([nest(9)]).detail).toContain('deeper than 8');
    let deep: unknown = nest(0);
    for (let i = 0; i < 20_000; i++) deep = { op: 'RandomApply', transforms: [deep] };
    expect(refusal([deep]).detail).toContain('deeper than 8');
  });

  it('are described by the JSON Schema, which refers to itself', () => {
    const schema = JSON.stringify(pipelineJsonSchema());
    expect(schema).toContain('"$ref"');
    expect(schema).toContain('RandomChoice');
  });

  it('declare at most one field of ops each', () => {
    for (const op of OPS) {
      const lists = Object.values(op.fields).filter((field) => 'nested' in field);
      expect(lists.length).toBeLessThanOrEqual(1);
    }
  });
});

describe('RandomZoomOut', () => {
  it('takes plain numbers for the fill and refuses a canvas smaller than the picture', () => {
    expect(parsePipeline({ ops: [{ op: 'RandomZoomOut', fill: 7 }] }).ops).toEqual([
      { op: 'RandomZoomOut', fill: [7, 7, 7], side_range: [1, 4], p: 0.5 },
    ]);
    expect(refusal([{ op: 'RandomZoomOut', side_range: [0.5, 2] }]).path).toBe('ops[0].side_range[0]');
    expect(refusal([{ op: 'RandomZoomOut', side_range: [3, 2] }]).path).toBe('ops[0].side_range');
  });
});
