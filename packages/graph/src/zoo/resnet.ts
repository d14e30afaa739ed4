/**
 * Residual networks (He et al. 2016, Deep Residual Learning for Image Recognition) with torchvision's module names;
 * those of bottlenecks have their stride in the 3x3 convolution, as torchvision (v1.5).
 */
import type { OnnxModel } from '../model.js';
import { NetBuilder, type NetOptions } from './builder.js';

interface ResNetPlan {
  /** Blocks per stage. */
  readonly blocks: readonly number[];
  /** Channels of the first stage; each further stage doubles them. */
  readonly width: number;
  readonly bottleneck: boolean;
  /** ImageNet stem: 7x7 stride 2 and max pooling. Otherwise one 3x3 convolution, for pictures of about 32 pixels. */
  readonly largeStem: boolean;
}

const PLANS = {
  resnet8: { blocks: [1, 1, 1], width: 16, bottleneck: false, largeStem: false },
  resnet18: { blocks: [2, 2, 2, 2], width: 64, bottleneck: false, largeStem: true },
  resnet34: { blocks: [3, 4, 6, 3], width: 64, bottleneck: false, largeStem: true },
  resnet50: { blocks: [3, 4, 6, 3], width: 64, bottleneck: true, largeStem: true },
  resnet101: { blocks: [3, 4, 23, 3], width: 64, bottleneck: true, largeStem: true },
} as const satisfies Record<string, ResNetPlan>;

interface Block {
  readonly name: string;
  readonly from: number;
  readonly width: number;
  readonly to: number;
  readonly stride: number;
  readonly bottleneck: boolean;
}

function stem(net: NetBuilder, width: number, large: boolean): string {
  const from = net.options.inChannels;
  const conv = large ? { from, to: width, kernel: 7, stride: 2 } : { from, to: width, kernel: 3 };
  const x = net.relu(net.batchNorm(net.conv('input', 'conv1', conv), 'bn1', width), 'relu');
  return large ? net.maxPool(x, 'maxpool', 3, 2, 1) : x;
}

function residual(net: NetBuilder, x: string, block: Block): string {
  const { name, from, width, to, stride } = block;
  const layer = (value: string, index: number, inC: number, outC: number, kernel: number, step: number) =>
    net.batchNorm(
      net.conv(value, `${name}.conv${index}`, { from: inC, to: outC, kernel, stride: step }),
      `${name}.bn${index}`,
      outC,
    );
  const relu = (value: string, index: number) => net.relu(value, `${name}.relu${index}`);
  const branch = block.bottleneck
    ? layer(
        relu(layer(relu(layer(x, 1, from, width, 1, 1), 1), 2, width, width, 3, stride), 2),
        3,
        width,
        to,
        1,
        1,
      )
    : layer(relu(layer(x, 1, from, width, 3, stride), 1), 2, width, to, 3, 1);
  const skip = stride === 1 && from === to ? x : shortcut(net, x, block);
  return relu(net.add(branch, skip, `${name}.add`), block.bottleneck ? 3 : 2);
}

function shortcut(net: NetBuilder, x: string, { name, from, to, stride }: Block): string {
  const conv = net.conv(x, `${name}.downsample.0`, { from, to, kernel: 1, stride });
  return net.batchNorm(conv, `${name}.downsample.1`, to);
}

/** Builds one of the residual networks. */
export function buildResNet(name: keyof typeof PLANS, options: NetOptions): OnnxModel {
  const plan: ResNetPlan = PLANS[name];
  const net = new NetBuilder(name, options);
  let x = stem(net, plan.width, plan.largeStem);
  let from = plan.width;
  plan.blocks.forEach((count, stage) => {
    const width = plan.width * 2 ** stage;
    const to = plan.bottleneck ? width * 4 : width;
    for (let index = 0; index < count; index++) {
      const stride = index === 0 && stage > 0 ? 2 : 1;
      const block = {
        name: `layer${stage + 1}.${index}`,
        from,
        width,
        to,
        stride,
        bottleneck: plan.bottleneck,
      };
      x = residual(net, x, block);
      from = to;
    }
  });
  return net.classifier(net.pooledFeatures(x), 'fc', from);
}
