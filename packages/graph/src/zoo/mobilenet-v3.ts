/** MobileNetV3 (Howard et al. 2019, Searching for MobileNetV3), width 1.0, torchvision's names. */
import type { OnnxModel } from '../model.js';
import { convNormAct } from './blocks/conv-norm-act.js';
import { squeezeExcitation } from './blocks/squeeze-excitation.js';
import { NetBuilder, type NetOptions } from './builder.js';
import { constant, normal } from './init.js';

/** Kernel, expanded channels, output channels, squeeze and excitation, hard swish, stride: tables 1 and 2. */
type Row = readonly [number, number, number, boolean, boolean, number];

const LARGE: readonly Row[] = [
  [3, 16, 16, false, false, 1],
  [3, 64, 24, false, false, 2],
  [3, 72, 24, false, false, 1],
  [5, 72, 40, true, false, 2],
  [5, 120, 40, true, false, 1],
  [5, 120, 40, true, false, 1],
  [3, 240, 80, false, true, 2],
  [3, 200, 80, false, true, 1],
  [3, 184, 80, false, true, 1],
  [3, 184, 80, false, true, 1],
  [3, 480, 112, true, true, 1],
  [3, 672, 112, true, true, 1],
  [5, 672, 160, true, true, 2],
  [5, 960, 160, true, true, 1],
  [5, 960, 160, true, true, 1],
];
const SMALL: readonly Row[] = [
  [3, 16, 16, true, false, 2],
  [3, 72, 24, false, false, 2],
  [3, 88, 24, false, false, 1],
  [5, 96, 40, true, true, 2],
  [5, 240, 40, true, true, 1],
  [5, 240, 40, true, true, 1],
  [5, 120, 48, true, true, 1],
  [5, 144, 48, true, true, 1],
  [5, 288, 96, true, true, 2],
  [5, 576, 96, true, true, 1],
  [5, 576, 96, true, true, 1],
];
const PLANS = {
  mobilenet_v3_large: { rows: LARGE, hidden: 1280 },
  mobilenet_v3_small: { rows: SMALL, hidden: 1024 },
} as const;
const STEM_WIDTH = 16;
const NORM = { eps: 1e-3, momentum: 0.01 };

/** The nearest multiple of 8 that is not more than 10 % below (the paper's code). */
export function makeDivisible(channels: number): number {
  const rounded = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}

function invertedResidual(net: NetBuilder, input: string, name: string, from: number, row: Row): string {
  const [kernel, wide, to, squeezed, hardSwish, stride] = row;
  const act = hardSwish ? 'hardswish' : 'relu';
  let x = input;
  let layer = 0;
  const id = () => `${name}.block.${layer++}`;
  if (wide !== from) x = convNormAct(net, x, id(), { from, to: wide, kernel: 1, norm: NORM, act });
  x = convNormAct(net, x, id(), { from: wide, to: wide, kernel, stride, groups: wide, norm: NORM, act });
  if (squeezed) {
    const squeeze = makeDivisible(Math.floor(wide / 4));
    x = squeezeExcitation(net, x, id(), { channels: wide, squeeze, act: 'relu', gate: 'hardsigmoid' });
  }
  x = convNormAct(net, x, id(), { from: wide, to, kernel: 1, norm: NORM, act: 'none' });
  return stride === 1 && from === to ? net.add(x, input, `${name}.add`) : x;
}

/** Builds one of the two networks. */
export function buildMobileNetV3(name: keyof typeof PLANS, options: NetOptions): OnnxModel {
  const { rows, hidden } = PLANS[name];
  const net = new NetBuilder(name, options);
  const ends = { norm: NORM, act: 'hardswish' } as const;
  const stem = { from: options.inChannels, to: STEM_WIDTH, kernel: 3, stride: 2, ...ends };
  let x = convNormAct(net, 'input', 'features.0', stem);
  let from = STEM_WIDTH;
  rows.forEach((row, index) => {
    x = invertedResidual(net, x, `features.${index + 1}`, from, row);
    from = row[2];
  });
  x = convNormAct(net, x, `features.${rows.length + 1}`, { from, to: 6 * from, kernel: 1, ...ends });
  const start = { init: normal(0.01), bias: constant(0) };
  x = net.linear(net.pooledFeatures(x), 'classifier.0', 6 * from, hidden, start);
  x = net.dropout(net.op('HardSwish', 'classifier.1', [x]), 'classifier.2', 0.2);
  return net.classifier(x, 'classifier.3', hidden, start);
}
