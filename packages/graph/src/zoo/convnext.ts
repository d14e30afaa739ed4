/** ConvNeXt (Liu et al. 2022, A ConvNet for the 2020s): tiny with torchvision's names, atto with timm's. */
import type { OnnxModel } from '../model.js';
import { activate } from './blocks/activation.js';
import { layerNorm2d } from './blocks/layer-norm-2d.js';
import { NetBuilder, type NetOptions } from './builder.js';
import { constant, normal } from './init.js';

const EPS = 1e-6;
const START = { init: normal(0.02), bias: constant(0) };
/** Layer scale (Touvron et al. 2021) starts so small that each block starts as the identity. */
const SCALE = constant(1e-6);

const TINY = { widths: [96, 192, 384, 768], blocks: [3, 3, 9, 3] } as const;
const ATTO = { widths: [40, 80, 160, 320], blocks: [2, 2, 6, 2] } as const;

/** Non-overlapping convolution. */
function patches(net: NetBuilder, x: string, name: string, from: number, to: number, kernel: number): string {
  return net.conv(x, name, { from, to, kernel, stride: kernel, pad: 0, ...START });
}

/** x + scale * MLP(norm(depthwise 7x7)), the MLP as linear layers on [N, H, W, C]. */
function tinyBlock(net: NetBuilder, x: string, name: string, width: number): string {
  let y = net.conv(x, `${name}.block.0`, { from: width, to: width, kernel: 7, groups: width, ...START });
  y = net.layerNorm(net.transpose(y, `${name}.block.1`, [0, 2, 3, 1]), `${name}.block.2`, width, EPS);
  y = activate(net, net.dense(y, `${name}.block.3`, width, 4 * width, START), `${name}.block.4`, 'gelu');
  y = net.transpose(
    net.dense(y, `${name}.block.5`, 4 * width, width, START),
    `${name}.block.6`,
    [0, 3, 1, 2],
  );
  const scale = net.tensor(`${name}.layer_scale`, [width, 1, 1], SCALE);
  return net.add(net.mul(scale, y, `${name}.scale`), x, `${name}.add`);
}

/** The same with 1x1 convolutions on [N, C, H, W]. */
function attoBlock(net: NetBuilder, x: string, name: string, width: number): string {
  let y = net.conv(x, `${name}.conv_dw`, { from: width, to: width, kernel: 7, groups: width, ...START });
  y = layerNorm2d(net, y, `${name}.norm`, width, EPS);
  y = net.conv(y, `${name}.mlp.fc1`, { from: width, to: 4 * width, kernel: 1, ...START });
  y = activate(net, y, `${name}.mlp.act`, 'gelu');
  y = net.conv(y, `${name}.mlp.fc2`, { from: 4 * width, to: width, kernel: 1, ...START });
  const gamma = net.tensor(`${name}.gamma`, [width], SCALE);
  const scale = net.reshape(gamma, `${name}.gamma_map`, [1, width, 1, 1]);
  return net.add(net.mul(y, scale, `${name}.scale`), x, `${name}.add`);
}

/** Builds torchvision's convnext_tiny. */
export function buildConvNeXtTiny(options: NetOptions): OnnxModel {
  const net = new NetBuilder('convnext_tiny', options);
  const { widths, blocks } = TINY;
  let x = patches(net, 'input', 'features.0.0', options.inChannels, widths[0], 4);
  x = layerNorm2d(net, x, 'features.0.1', widths[0], EPS);
  widths.forEach((width, stage) => {
    for (let index = 0; index < blocks[stage]!; index++)
      x = tinyBlock(net, x, `features.${2 * stage + 1}.${index}`, width);
    const next = widths[stage + 1];
    if (!next) return;
    x = layerNorm2d(net, x, `features.${2 * stage + 2}.0`, width, EPS);
    x = patches(net, x, `features.${2 * stage + 2}.1`, width, next, 2);
  });
  const features = net.layerNorm(net.pooledFeatures(x), 'classifier.0', widths[3], EPS);
  return net.classifier(features, 'classifier.2', widths[3], START);
}

/** Builds timm's convnext_atto. */
export function buildConvNeXtAtto(options: NetOptions): OnnxModel {
  const net = new NetBuilder('convnext_atto', options);
  const { widths, blocks } = ATTO;
  let x = patches(net, 'input', 'stem.0', options.inChannels, widths[0], 4);
  x = layerNorm2d(net, x, 'stem.1', widths[0], EPS);
  widths.forEach((width, stage) => {
    if (stage > 0) {
      const before = widths[stage - 1]!;
      x = layerNorm2d(net, x, `stages.${stage}.downsample.0`, before, EPS);
      x = patches(net, x, `stages.${stage}.downsample.1`, before, width, 2);
    }
    for (let index = 0; index < blocks[stage]!; index++)
      x = attoBlock(net, x, `stages.${stage}.blocks.${index}`, width);
  });
  const features = net.layerNorm(net.pooledFeatures(x), 'head.norm', widths[3], EPS);
  return net.classifier(features, 'head.fc', widths[3], START);
}
