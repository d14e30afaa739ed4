/** EfficientNet (Tan and Le 2019), torchvision's names. */
import type { OnnxModel } from '../model.js';
import { convNormAct } from './blocks/conv-norm-act.js';
import { squeezeExcitation } from './blocks/squeeze-excitation.js';
import { NetBuilder, type NetOptions } from './builder.js';
import { constant, uniform } from './init.js';
import { makeDivisible } from './mobilenet-v3.js';

/** Expansion, kernel, first stride, output channels, repeats of B0: table 1 of the paper. */
const STAGES = [
  [1, 3, 1, 16, 1],
  [6, 3, 2, 24, 2],
  [6, 5, 2, 40, 2],
  [6, 3, 2, 80, 3],
  [6, 5, 1, 112, 3],
  [6, 5, 2, 192, 4],
  [6, 3, 1, 320, 1],
] as const;
const STEM_WIDTH = 32;

/** Width and depth multipliers and dropout of each size. */
const PLANS = {
  efficientnet_b0: { width: 1, depth: 1, dropout: 0.2 },
  efficientnet_b1: { width: 1, depth: 1.1, dropout: 0.2 },
  efficientnet_b2: { width: 1.1, depth: 1.2, dropout: 0.3 },
  efficientnet_b3: { width: 1.2, depth: 1.4, dropout: 0.3 },
} as const;

interface Block {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly expand: number;
  readonly kernel: number;
  readonly stride: number;
}

/** MBConv: expand, depthwise, squeeze and excitation, project. */
function mbConv(net: NetBuilder, input: string, { name, from, to, expand, kernel, stride }: Block): string {
  const wide = makeDivisible(from * expand);
  let x = input;
  let layer = 0;
  const id = () => `${name}.block.${layer++}`;
  if (wide !== from) x = convNormAct(net, x, id(), { from, to: wide, kernel: 1, act: 'silu' });
  x = convNormAct(net, x, id(), { from: wide, to: wide, kernel, stride, groups: wide, act: 'silu' });
  const squeeze = Math.max(1, Math.floor(from / 4));
  x = squeezeExcitation(net, x, id(), { channels: wide, squeeze, act: 'silu', gate: 'sigmoid' });
  x = convNormAct(net, x, id(), { from: wide, to, kernel: 1, act: 'none' });
  return stride === 1 && from === to ? net.add(x, input, `${name}.add`) : x;
}

/** Builds one of the sizes. */
export function buildEfficientNet(name: keyof typeof PLANS, options: NetOptions): OnnxModel {
  const plan = PLANS[name];
  const net = new NetBuilder(name, options);
  const scaled = (channels: number) => makeDivisible(channels * plan.width);
  let from = scaled(STEM_WIDTH);
  const stem = { from: options.inChannels, to: from, kernel: 3, stride: 2, act: 'silu' } as const;
  let x = convNormAct(net, 'input', 'features.0', stem);
  STAGES.forEach(([expand, kernel, firstStride, channels, repeats], stage) => {
    const to = scaled(channels);
    for (let index = 0; index < Math.ceil(repeats * plan.depth); index++) {
      const stride = index === 0 ? firstStride : 1;
      x = mbConv(net, x, { name: `features.${stage + 1}.${index}`, from, to, expand, kernel, stride });
      from = to;
    }
  });
  const last = { from, to: 4 * from, kernel: 1, act: 'silu' } as const;
  x = convNormAct(net, x, `features.${STAGES.length + 1}`, last);
  const features = net.dropout(net.pooledFeatures(x), 'classifier.0', plan.dropout);
  const start = { init: uniform(1 / Math.sqrt(options.numClasses)), bias: constant(0) };
  return net.classifier(features, 'classifier.1', 4 * from, start);
}
