/** Squeeze and excitation (Hu et al. 2018), torchvision's names. */
import type { NetBuilder } from '../builder.js';
import { constant, type Draw } from '../init.js';
import { activate } from './activation.js';

/** Sizes and functions of one block. */
export interface SqueezeExcitationOptions {
  readonly channels: number;
  readonly squeeze: number;
  readonly act: 'relu' | 'silu';
  readonly gate: 'sigmoid' | 'hardsigmoid';
  /** How the bias of a layer of so many inputs starts; default 0. */
  readonly bias?: (from: number) => Draw;
}

/** x scaled by channel: gate(fc2(act(fc1(mean x)))). */
export function squeezeExcitation(
  net: NetBuilder,
  x: string,
  name: string,
  { channels, squeeze, act, gate, bias = () => constant(0) }: SqueezeExcitationOptions,
): string {
  const fc = (value: string, id: string, from: number, to: number) =>
    net.conv(value, `${name}.${id}`, { from, to, kernel: 1, bias: bias(from) });
  const pooled = net.op('GlobalAveragePool', `${name}.avgpool`, [x]);
  const hidden = activate(net, fc(pooled, 'fc1', channels, squeeze), `${name}.activation`, act);
  const score = fc(hidden, 'fc2', squeeze, channels);
  const scale =
    gate === 'sigmoid'
      ? net.op('Sigmoid', `${name}.scale`, [score])
      : net.op('HardSigmoid', `${name}.scale`, [score], { alpha: { float: 1 / 6 }, beta: { float: 0.5 } });
  return net.mul(scale, x, `${name}.mul`);
}
