/** MobileNetV2 (Sandler et al. 2018, Inverted Residuals and Linear Bottlenecks), width 1.0, torchvision's names. */
import type { OnnxModel } from '../model.js';
import { type ConvNormActOptions, convNormAct } from './blocks/conv-norm-act.js';
import { NetBuilder, type NetOptions } from './builder.js';
import { constant, normal } from './init.js';

/** Expansion factor, output channels, repeats, first stride: table 2 of the paper. */
const STAGES = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;
const STEM_WIDTH = 32;
const FEATURES = 1280;

const relu6 = (net: NetBuilder, x: string, name: string, conv: Omit<ConvNormActOptions, 'act'>) =>
  convNormAct(net, x, name, { ...conv, act: 'relu6' });

interface Block {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly expand: number;
  readonly stride: number;
}

function invertedResidual(net: NetBuilder, input: string, { name, from, to, expand, stride }: Block): string {
  const hidden = from * expand;
  let x = input;
  let layer = 0;
  if (expand !== 1) x = relu6(net, x, `${name}.conv.${layer++}`, { from, to: hidden, kernel: 1 });
  const depthwise = { from: hidden, to: hidden, kernel: 3, stride, groups: hidden };
  x = relu6(net, x, `${name}.conv.${layer++}`, depthwise);
  x = net.conv(x, `${name}.conv.${layer++}`, { from: hidden, to, kernel: 1 });
  x = net.batchNorm(x, `${name}.conv.${layer}`, to);
  return stride === 1 && from === to ? net.add(input, x, `${name}.add`) : x;
}

/** Builds the network; the Dropout of ratio 0.2 in front of the classifier is kept as a node. */
export function buildMobileNetV2(options: NetOptions): OnnxModel {
  const net = new NetBuilder('mobilenet_v2', options);
  const stem = { from: options.inChannels, to: STEM_WIDTH, kernel: 3, stride: 2 };
  let x = relu6(net, 'input', 'features.0', stem);
  let from = STEM_WIDTH;
  let index = 1;
  for (const [expand, to, repeats, firstStride] of STAGES) {
    for (let repeat = 0; repeat < repeats; repeat++) {
      const stride = repeat === 0 ? firstStride : 1;
      x = invertedResidual(net, x, { name: `features.${index++}`, from, to, expand, stride });
      from = to;
    }
  }
  x = relu6(net, x, `features.${index}`, { from, to: FEATURES, kernel: 1 });
  const features = net.dropout(net.pooledFeatures(x), 'classifier.0', 0.2);
  return net.classifier(features, 'classifier.1', FEATURES, { init: normal(0.01), bias: constant(0) });
}
