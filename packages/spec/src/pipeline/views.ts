/** Several views of one picture: how many a pipeline makes, and pipelines for test-time augmentation. */
import { SakerError } from '../errors/saker-error.js';
import { OPS, type OpSpec } from '../ops/registry.js';
import { type PipelineSpec, parsePipeline } from './pipeline-spec.js';

const VIEWS: ReadonlyMap<string, number> = new Map(
  OPS.map((definition) => [definition.name, (definition as { views?: number }).views ?? 1]),
);

/** Views that an op makes of a picture; 1 for nearly all. */
export const viewsOf = (op: { readonly op: string }): number => VIEWS.get(op.op) ?? 1;

/** Views that a pipeline makes of each picture, one after the other in its output. */
export const pipelineViews = (spec: PipelineSpec): number =>
  spec.ops.reduce((views, op) => views * viewsOf(op), 1);

/** Ways of looking at a picture several times when predicting. */
export const TEST_TIME_AUGMENTATIONS = ['fivecrop', 'tencrop', 'hflip'] as const;

export type TestTimeAugmentation = (typeof TEST_TIME_AUGMENTATIONS)[number];

function refuse(tta: TestTimeAugmentation, detail: string): never {
  throw new SakerError('E_PIPELINE_UNSUPPORTED', { detail: `test-time augmentation ${tta}: ${detail}` });
}

/**
 * An eval pipeline that makes several views of each picture. `fivecrop` and `tencrop` put the op in the place of the
 * pipeline's CenterCrop, so that everything before and after it stays; `hflip` adds the mirror image of the result.
 * @throws SakerError E_PIPELINE_UNSUPPORTED: no CenterCrop to replace, or there are views already.
 */
export function withViews(spec: PipelineSpec, tta: TestTimeAugmentation): PipelineSpec {
  if (pipelineViews(spec) > 1) refuse(tta, 'the pipeline makes views already');
  const ops: unknown[] = [...spec.ops];
  if (tta === 'hflip') {
    const last = spec.ops.at(-1)?.op === 'Normalize' ? spec.ops.length - 1 : spec.ops.length;
    ops.splice(last, 0, { op: 'HorizontalFlipViews' });
  } else {
    const at = spec.ops.findLastIndex((op: OpSpec) => op.op === 'CenterCrop');
    const crop = spec.ops[at];
    if (crop?.op !== 'CenterCrop') refuse(tta, 'the eval pipeline has no CenterCrop that it could replace');
    ops[at] = { op: tta === 'fivecrop' ? 'FiveCrop' : 'TenCrop', size: crop.size };
  }
  return parsePipeline({ ...spec, ops });
}
