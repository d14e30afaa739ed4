/** MobileViT (Mehta and Rastegari 2022): inverted residuals with transformers between them, timm's names. */
import type { OnnxModel } from '../model.js';
import { activate } from './blocks/activation.js';
import { transformerBlock } from './blocks/transformer.js';
import { type ConvOptions, NetBuilder, type NetOptions } from './builder.js';
import { constant, kaimingNormal, normal } from './init.js';

/** Output channels of each stage, its inverted residuals, and width and depth of the transformer that ends it. */
type Stage = readonly [channels: number, residuals: number, width: number, depth: number];

interface Plan {
  readonly stages: readonly Stage[];
  readonly expand: number;
  readonly features: number;
}

const PLANS = {
  mobilevit_xxs: {
    stages: [
      [16, 1, 0, 0],
      [24, 3, 0, 0],
      [48, 1, 64, 2],
      [64, 1, 80, 4],
      [80, 1, 96, 3],
    ],
    expand: 2,
    features: 320,
  },
  mobilevit_s: {
    stages: [
      [32, 1, 0, 0],
      [64, 3, 0, 0],
      [96, 1, 144, 2],
      [128, 1, 192, 4],
      [160, 1, 240, 3],
    ],
    expand: 4,
    features: 640,
  },
} as const satisfies Record<string, Plan>;
const STEM_WIDTH = 16;
const HEADS = 4;
const PATCH = 2;
const EPS = 1e-5;
const START = { init: normal(0.01), bias: constant(0) };

/** timm's start: kaiming_normal_ by the fan out of one group. */
const started = (conv: ConvOptions): ConvOptions => ({
  ...conv,
  init: kaimingNormal((conv.to * conv.kernel ** 2) / (conv.groups ?? 1)),
});

function convNorm(
  net: NetBuilder,
  x: string,
  name: string,
  conv: ConvOptions,
  act: 'silu' | 'none' = 'silu',
): string {
  const normed = net.batchNorm(net.conv(x, `${name}.conv`, started(conv)), `${name}.bn`, conv.to);
  return activate(net, normed, `${name}.bn.act`, act);
}

function invertedResidual(
  net: NetBuilder,
  input: string,
  name: string,
  from: number,
  to: number,
  stride: number,
  expand: number,
): string {
  const wide = from * expand;
  let x = convNorm(net, input, `${name}.conv1_1x1`, { from, to: wide, kernel: 1 });
  x = convNorm(net, x, `${name}.conv2_kxk`, { from: wide, to: wide, kernel: 3, stride, groups: wide });
  x = convNorm(net, x, `${name}.conv3_1x1`, { from: wide, to, kernel: 1 }, 'none');
  return stride === 1 && from === to ? net.add(x, input, `${name}.add`) : x;
}

/** Local convolutions, then attention among the pixels that hold the same place of their 2x2 patch, then a fusion. */
function mobileVitBlock(
  net: NetBuilder,
  input: string,
  name: string,
  channels: number,
  width: number,
  depth: number,
  side: number,
): string {
  const grid = side / PATCH;
  const area = PATCH * PATCH;
  let x = convNorm(net, input, `${name}.conv_kxk`, { from: channels, to: channels, kernel: 3 });
  x = net.conv(x, `${name}.conv_1x1`, started({ from: channels, to: width, kernel: 1 }));
  // [N, C, rows, 2, columns, 2] -> [N, 2, 2, rows, columns, C] -> [N, places, patches, C] and back.
  x = net.reshape(x, `${name}.cut`, [0, width, grid, PATCH, grid, PATCH]);
  x = net.transpose(x, `${name}.unfold`, [0, 3, 5, 2, 4, 1]);
  x = net.reshape(x, `${name}.tokens`, [0, area, grid * grid, width]);
  const block = { groups: [area], tokens: grid * grid, width, heads: HEADS, hidden: 2 * width, eps: EPS };
  for (let index = 0; index < depth; index++)
    x = transformerBlock(net, x, `${name}.transformer.${index}`, { ...block, act: 'silu', start: START });
  x = net.layerNorm(x, `${name}.norm`, width, EPS);
  x = net.reshape(x, `${name}.patches`, [0, PATCH, PATCH, grid, grid, width]);
  x = net.transpose(x, `${name}.fold`, [0, 5, 3, 1, 4, 2]);
  x = net.reshape(x, `${name}.map`, [0, width, side, side]);
  x = convNorm(net, x, `${name}.conv_proj`, { from: width, to: channels, kernel: 1 });
  const both = net.op('Concat', `${name}.cat`, [input, x], { axis: 1 });
  return convNorm(net, both, `${name}.conv_fusion`, { from: 2 * channels, to: channels, kernel: 3 });
}

/** Builds one of the sizes; the side of the input is a multiple of 64, so that every map has whole patches. */
export function buildMobileVit(name: keyof typeof PLANS, options: NetOptions): OnnxModel {
  const plan: Plan = PLANS[name];
  const net = new NetBuilder(name, options);
  let x = convNorm(net, 'input', 'stem', { from: options.inChannels, to: STEM_WIDTH, kernel: 3, stride: 2 });
  let from = STEM_WIDTH;
  let side = options.size / 2;
  plan.stages.forEach(([to, residuals, width, depth], stage) => {
    for (let index = 0; index < residuals; index++) {
      const stride = stage > 0 && index === 0 ? 2 : 1;
      x = invertedResidual(net, x, `stages.${stage}.${index}`, from, to, stride, plan.expand);
      from = to;
      side /= stride;
    }
    if (depth > 0) x = mobileVitBlock(net, x, `stages.${stage}.${residuals}`, to, width, depth, side);
  });
  x = convNorm(net, x, 'final_conv', { from, to: plan.features, kernel: 1 });
  return net.classifier(net.pooledFeatures(x), 'head.fc', plan.features, START);
}
