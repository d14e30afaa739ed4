/** Convolution, batch normalisation, activation: torchvision's Conv2dNormActivation. */
import type { BatchNormOptions, ConvOptions, NetBuilder } from '../builder.js';
import { type Activation, activate } from './activation.js';

/** What follows the convolution. */
export interface ConvNormActOptions extends ConvOptions {
  readonly norm?: BatchNormOptions;
  readonly act: Activation;
}

/** Layers `<name>.0` (convolution), `<name>.1` (batch norm), `<name>.2` (activation). */
export function convNormAct(net: NetBuilder, x: string, name: string, options: ConvNormActOptions): string {
  const conv = net.conv(x, `${name}.0`, options);
  return activate(net, net.batchNorm(conv, `${name}.1`, options.to, options.norm), `${name}.2`, options.act);
}
