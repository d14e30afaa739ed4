/** ShuffleNet V2 (Ma et al. 2018), width 1.0, torchvision's names. */
import type { OnnxModel } from '../model.js';
import { NetBuilder, type NetOptions } from './builder.js';
import { torchDefault } from './init.js';

/** Output channels and blocks of stages 2, 3 and 4: table 5 of the paper. */
const STAGES = [
  [116, 4],
  [232, 8],
  [464, 4],
] as const;
const STEM_WIDTH = 24;
const FEATURES = 1024;

interface Layer {
  readonly from: number;
  readonly to: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly groups?: number;
}

/** Convolution `<name>.<index>` as torch.nn.Conv2d starts it, and batch norm `<name>.<index + 1>`. */
function convNorm(net: NetBuilder, x: string, name: string, index: number, layer: Layer): string {
  const fanIn = (layer.from / (layer.groups ?? 1)) * layer.kernel ** 2;
  const conv = net.conv(x, `${name}.${index}`, { ...layer, init: torchDefault(fanIn) });
  return net.batchNorm(conv, `${name}.${index + 1}`, layer.to);
}

/** Interleaves the channels of two halves. */
function shuffle(net: NetBuilder, x: string, name: string, channels: number, side: number): string {
  const halves = net.reshape(x, `${name}.halves`, [0, 2, channels / 2, side, side]);
  const turned = net.transpose(halves, `${name}.turn`, [0, 2, 1, 3, 4]);
  return net.reshape(turned, `${name}.shuffle`, [0, channels, side, side]);
}

/** The unit of figure 3c (stride 1) or 3d (stride 2); `side` is that of the result. */
function unit(
  net: NetBuilder,
  x: string,
  name: string,
  from: number,
  to: number,
  stride: number,
  side: number,
): string {
  const half = to / 2;
  const depthwise = (width: number) => ({ from: width, to: width, kernel: 3, stride, groups: width });
  let left = x;
  let right = x;
  if (stride === 1) [left, right] = net.split(x, `${name}.chunk`, 1, 2, half) as [string, string];
  else {
    left = convNorm(net, x, `${name}.branch1`, 0, depthwise(from));
    left = convNorm(net, left, `${name}.branch1`, 2, { from, to: half, kernel: 1 });
    left = net.relu(left, `${name}.branch1.4`);
  }
  const branch = `${name}.branch2`;
  right = convNorm(net, right, branch, 0, { from: stride === 1 ? half : from, to: half, kernel: 1 });
  right = convNorm(net, net.relu(right, `${branch}.2`), branch, 3, depthwise(half));
  right = net.relu(convNorm(net, right, branch, 5, { from: half, to: half, kernel: 1 }), `${branch}.7`);
  const joined = net.op('Concat', `${name}.cat`, [left, right], { axis: 1 });
  return shuffle(net, joined, name, to, side);
}

/** Builds shufflenet_v2_x1_0. */
export function buildShuffleNetV2(options: NetOptions): OnnxModel {
  const net = new NetBuilder('shufflenet_v2_x1_0', options);
  const stem = { from: options.inChannels, to: STEM_WIDTH, kernel: 3, stride: 2 };
  let x = net.relu(convNorm(net, 'input', 'conv1', 0, stem), 'conv1.2');
  x = net.maxPool(x, 'maxpool', 3, 2, 1);
  const halved = (side: number) => Math.ceil(side / 2);
  let side = halved(halved(options.size));
  let from = STEM_WIDTH;
  STAGES.forEach(([to, blocks], stage) => {
    side = halved(side);
    for (let index = 0; index < blocks; index++) {
      x = unit(net, x, `stage${stage + 2}.${index}`, from, to, index === 0 ? 2 : 1, side);
      from = to;
    }
  });
  x = net.relu(convNorm(net, x, 'conv5', 0, { from, to: FEATURES, kernel: 1 }), 'conv5.2');
  return net.classifier(net.pooledFeatures(x), 'fc', FEATURES);
}
