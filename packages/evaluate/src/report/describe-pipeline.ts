import type { NestedOp, OpSpec, PipelineSpec } from '@saker/spec';
import { figure, percent } from './format.js';

function value(v: unknown): string {
  if (Array.isArray(v)) return v.map(value).join(' \u00d7 ');
  return typeof v === 'number' ? figure(v) : String(v);
}

const list = (values: readonly number[]): string => values.map((v) => figure(v)).join(', ');

const inside = (ops: readonly NestedOp[]): string[] => ops.map((op) => describeOp(op as unknown as OpSpec));

/** One op in words where there is a plain way to say it, else its parameters. */
function describeOp(op: OpSpec): string {
  switch (op.op) {
    case 'Resize':
      return `Resize ${op.size.length === 1 ? `the short side to ${op.size[0]}` : `to ${value(op.size)}`} px, ${op.interpolation}${op.antialias ? ', antialiased' : ''}`;
    case 'CenterCrop':
      return `Crop the centre, ${value(op.size)} px`;
    case 'RandomResizedCrop':
      return `Crop ${percent(op.scale[0], 0)} to ${percent(op.scale[1], 0)} of the area at random, aspect ${figure(op.ratio[0], 3)} to ${figure(op.ratio[1], 3)}, resized to ${value(op.size)} px, ${op.interpolation}`;
    case 'RandomCrop':
      return `Crop ${value(op.size)} px at random${op.padding ? `, after padding by ${op.padding.join(', ')} px` : ''}`;
    case 'RandomHorizontalFlip':
      return `Mirror left and right with probability ${figure(op.p)}`;
    case 'RandomVerticalFlip':
      return `Mirror top and bottom with probability ${figure(op.p)}`;
    case 'Normalize':
      return `Normalize: subtract ${list(op.mean)}, divide by ${list(op.std)}`;
    case 'Grayscale':
      return `Grey, ${op.num_output_channels === 1 ? 'one channel' : `${op.num_output_channels} equal channels`}`;
    case 'RandomApply':
      return `With probability ${figure(op.p)}: ${inside(op.transforms).join('; then ')}`;
    case 'RandomChoice':
      return `One of: ${inside(op.transforms).join('; or ')}${op.p ? ` (weights ${list(op.p)})` : ''}`;
    case 'RandomOrder':
      return `In random order: ${inside(op.transforms).join('; ')}`;
    default: {
      const parameters = Object.entries(op).filter(([key, v]) => key !== 'op' && v !== null);
      return `${op.op} ${parameters.map(([key, v]) => `${key} ${Array.isArray(v) ? `[${v.map(value).join(', ')}]` : value(v)}`).join(', ')}`;
    }
  }
}

/** A pipeline as readable steps, decode and output included. */
export function describePipeline(spec: PipelineSpec): string[] {
  const { dtype, layout, channels } = spec.output;
  const decode =
    spec.decode.dct_scaling === 'off'
      ? 'Decode at full resolution, upright by EXIF'
      : 'Decode, scaled in the JPEG decoder where that loses nothing the resize needs, upright by EXIF';
  return [
    decode,
    ...spec.ops.map(describeOp),
    `Hand over ${dtype === 'f32' ? 'float32' : 'uint8'} ${layout}, ${channels} channel${channels === 1 ? '' : 's'}`,
  ];
}
