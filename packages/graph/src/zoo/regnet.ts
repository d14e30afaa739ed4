/** RegNetY (Radosavovic et al. 2020, Designing Network Design Spaces), torchvision's names. */
import type { OnnxModel } from '../model.js';
import { convNormAct } from './blocks/conv-norm-act.js';
import { squeezeExcitation } from './blocks/squeeze-excitation.js';
import { NetBuilder, type NetOptions } from './builder.js';
import { constant, normal, torchDefault } from './init.js';

/** Width and blocks of each stage of RegNetY-400MF, which its quantised linear rule gives. */
const STAGES = [
  [48, 1],
  [104, 3],
  [208, 6],
  [440, 6],
] as const;
const STEM_WIDTH = 32;
const GROUP_WIDTH = 8;
const SE_RATIO = 0.25;

/** x or its projection, plus 1x1, 3x3 in groups, squeeze and excitation, 1x1. */
function block(
  net: NetBuilder,
  input: string,
  name: string,
  from: number,
  to: number,
  stride: number,
): string {
  const groups = to / GROUP_WIDTH;
  let x = convNormAct(net, input, `${name}.f.a`, { from, to, kernel: 1, act: 'relu' });
  x = convNormAct(net, x, `${name}.f.b`, { from: to, to, kernel: 3, stride, groups, act: 'relu' });
  const squeeze = Math.round(SE_RATIO * from);
  x = squeezeExcitation(net, x, `${name}.f.se`, {
    channels: to,
    squeeze,
    act: 'relu',
    gate: 'sigmoid',
    bias: torchDefault,
  });
  x = convNormAct(net, x, `${name}.f.c`, { from: to, to, kernel: 1, act: 'none' });
  const skip =
    from === to && stride === 1
      ? input
      : convNormAct(net, input, `${name}.proj`, { from, to, kernel: 1, stride, act: 'none' });
  return net.relu(net.add(skip, x, `${name}.add`), `${name}.activation`);
}

/** Builds regnet_y_400mf. */
export function buildRegNetY400Mf(options: NetOptions): OnnxModel {
  const net = new NetBuilder('regnet_y_400mf', options);
  const stem = { from: options.inChannels, to: STEM_WIDTH, kernel: 3, stride: 2, act: 'relu' } as const;
  let x = convNormAct(net, 'input', 'stem', stem);
  let from = STEM_WIDTH;
  STAGES.forEach(([to, blocks], stage) => {
    for (let index = 0; index < blocks; index++) {
      const name = `trunk_output.block${stage + 1}.block${stage + 1}-${index}`;
      x = block(net, x, name, from, to, index === 0 ? 2 : 1);
      from = to;
    }
  });
  return net.classifier(net.pooledFeatures(x), 'fc', from, { init: normal(0.01), bias: constant(0) });
}
