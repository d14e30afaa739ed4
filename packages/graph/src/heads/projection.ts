/** Heads that self-supervised pretraining puts behind a backbone, and takes away again. */
import type { FeatureExtractor } from '../classifier/feature-extractor.js';
import type { OnnxModel } from '../model.js';
import { normal, uniform } from '../zoo/init.js';
import { HeadBuilder } from './head-builder.js';

export interface SimclrHeadOptions {
  /** Width of the hidden layer; default: that of the features. */
  readonly hidden?: number;
  /** Width of the output; default 128. */
  readonly width?: number;
  readonly seed: number;
}

/** SimCLR's projection head g(h) = W2 relu(W1 h) (Chen et al., ICML 2020, section 2.1), with torch.nn.Linear's initial weights. */
export function simclrHead(backbone: FeatureExtractor, options: SimclrHeadOptions): OnnxModel {
  const { hidden = backbone.width, width = 128, seed } = options;
  const head = new HeadBuilder(backbone);
  const layer = (name: string, from: number, to: number) => {
    const bound = 1 / Math.sqrt(from);
    const weight = uniform(bound)(seed, `projection.${name}.weight`, to * from);
    head.linear(name, from, to, weight, uniform(bound)(seed, `projection.${name}.bias`, to));
  };
  layer('fc1', backbone.width, hidden);
  head.node('Relu', 'relu1', [head.value]);
  layer('fc2', hidden, width);
  return head.finish(width);
}

export interface DinoHeadOptions {
  /** Width of the two hidden layers; default 512 (the paper has 2048). */
  readonly hidden?: number;
  /** Width in front of the last layer; default 256. */
  readonly bottleneck?: number;
  /** Outputs; default 1024 (the paper has 65,536, for a million pictures). */
  readonly width?: number;
  readonly seed: number;
}

/**
 * DINO's projection head (Caron et al., ICCV 2021, appendix C): three linear layers with GELU between them, rows of length 1,
 * and a last layer whose rows are kept at length 1 too (weight normalisation with a fixed gain). Weights from N(0, 0.02).
 */
export function dinoHead(backbone: FeatureExtractor, options: DinoHeadOptions): OnnxModel {
  const { hidden = 512, bottleneck = 256, width = 1024, seed } = options;
  const head = new HeadBuilder(backbone);
  const layer = (name: string, from: number, to: number) =>
    head.linear(
      name,
      from,
      to,
      normal(0.02)(seed, `projection.${name}.weight`, to * from),
      new Float32Array(to),
    );
  layer('fc1', backbone.width, hidden);
  gelu(head, 'gelu1');
  layer('fc2', hidden, hidden);
  gelu(head, 'gelu2');
  layer('fc3', hidden, bottleneck);
  const rows = head.node('LpNormalization', 'unit', [head.value], { axis: 1, p: 2 });
  const weight = head.tensor(
    'last.weight',
    [width, bottleneck],
    normal(0.02)(seed, 'projection.last.weight', width * bottleneck),
  );
  const squares = head.node('Mul', 'last.squares', [weight, weight]);
  const axes = head.tensor('last.axes', [1], BigInt64Array.of(1n));
  const sums = head.node('ReduceSum', 'last.sums', [squares, axes], { keepdims: 1 });
  const lengths = head.node('Sqrt', 'last.lengths', [sums]);
  const unit = head.node('Div', 'last.unit', [weight, lengths]);
  const turned = head.node('Transpose', 'last.turned', [unit], { perm: [1, 0] });
  head.node('MatMul', 'last', [rows, turned]);
  return head.finish(width);
}

/** x / 2 (1 + erf(x / sqrt 2)), spelled out, since Gelu is an operator from opset 20 only. */
function gelu(head: HeadBuilder, name: string): void {
  const x = head.value;
  const scalar = (suffix: string, value: number) =>
    head.tensor(`${name}.${suffix}`, [], Float32Array.of(value));
  const scaled = head.node('Div', `${name}.scaled`, [x, scalar('root', Math.SQRT2)]);
  const erf = head.node('Erf', `${name}.erf`, [scaled]);
  const sum = head.node('Add', `${name}.sum`, [erf, scalar('one', 1)]);
  const half = head.node('Mul', `${name}.half`, [x, scalar('point5', 0.5)]);
  head.node('Mul', name, [half, sum]);
}
