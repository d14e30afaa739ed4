/** A plain stack of three convolutions, for first experiments and small pictures. */
import type { OnnxModel } from '../model.js';
import { NetBuilder, type NetOptions } from './builder.js';

const WIDTHS = [32, 64, 128] as const;

/** Three times (3x3 convolution, batch normalisation, ReLU, 2x2 max pooling), global mean, linear layer. */
export function buildSmallCnn(options: NetOptions): OnnxModel {
  const net = new NetBuilder('small_cnn', options);
  let x = 'input';
  let from = options.inChannels;
  WIDTHS.forEach((to, index) => {
    const id = index + 1;
    x = net.conv(x, `conv${id}`, { from, to, kernel: 3 });
    x = net.relu(net.batchNorm(x, `bn${id}`, to), `relu${id}`);
    x = net.maxPool(x, `pool${id}`, 2, 2);
    from = to;
  });
  return net.classifier(net.pooledFeatures(x), 'fc', from);
}
