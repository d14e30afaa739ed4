/** VGG with batch normalisation (Simonyan and Zisserman 2015, configuration D), torchvision's names. */
import type { OnnxModel } from '../model.js';
import { adaptiveAvgPool } from './blocks/adaptive-pool.js';
import { NetBuilder, type NetOptions } from './builder.js';
import { constant, normal } from './init.js';

/** Channels of each convolution by stage; a 2x2 max pooling ends every stage. */
const STAGES = [
  [64, 64],
  [128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [512, 512, 512],
] as const;
const POOLED = 7;
const HIDDEN = 4096;

/** Builds vgg16_bn. */
export function buildVgg16Bn(options: NetOptions): OnnxModel {
  const net = new NetBuilder('vgg16_bn', options);
  let x = 'input';
  let from = options.inChannels;
  let index = 0;
  for (const stage of STAGES) {
    for (const to of stage) {
      x = net.conv(x, `features.${index++}`, { from, to, kernel: 3, bias: constant(0) });
      x = net.batchNorm(x, `features.${index++}`, to);
      x = net.relu(x, `features.${index++}`);
      from = to;
    }
    x = net.maxPool(x, `features.${index++}`, 2, 2);
  }
  const side = Math.floor(options.size / 2 ** STAGES.length);
  x = net.op('Flatten', 'flatten', [adaptiveAvgPool(net, x, 'avgpool', side, POOLED)], { axis: 1 });
  const start = { init: normal(0.01), bias: constant(0) };
  x = net.relu(net.linear(x, 'classifier.0', from * POOLED * POOLED, HIDDEN, start), 'classifier.1');
  x = net.dropout(x, 'classifier.2', 0.5);
  x = net.relu(net.linear(x, 'classifier.3', HIDDEN, HIDDEN, start), 'classifier.4');
  return net.classifier(net.dropout(x, 'classifier.5', 0.5), 'classifier.6', HIDDEN, start);
}
