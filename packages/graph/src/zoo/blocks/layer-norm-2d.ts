import type { NetBuilder } from '../builder.js';

/** LayerNorm over the channels of [N, C, H, W] (ConvNeXt's LayerNorm2d). */
export function layerNorm2d(net: NetBuilder, x: string, name: string, channels: number, eps: number): string {
  const last = net.transpose(x, `${name}.to_nhwc`, [0, 2, 3, 1]);
  return net.transpose(net.layerNorm(last, name, channels, eps), `${name}.to_nchw`, [0, 3, 1, 2]);
}
