/** Activations that are more than one operator of opset 17, by the reference implementations' names. */
import type { NetBuilder } from '../builder.js';

export type Activation = 'none' | 'relu' | 'relu6' | 'silu' | 'hardswish' | 'gelu';

/** x * sigmoid(x) (Elfwing et al. 2018). */
function silu(net: NetBuilder, x: string, name: string): string {
  return net.mul(x, net.op('Sigmoid', `${name}.sigmoid`, [x]), name);
}

/** x * (1 + erf(x / sqrt 2)) / 2 (Hendrycks and Gimpel 2016), in the form that ONNX Runtime fuses. */
function gelu(net: NetBuilder, x: string, name: string): string {
  const scaled = net.op('Div', `${name}.div`, [x, net.scalar('gelu.sqrt2', Math.SQRT2)]);
  const erf = net.op('Erf', `${name}.erf`, [scaled]);
  const shifted = net.add(erf, net.scalar('gelu.one', 1), `${name}.shift`);
  return net.mul(net.mul(x, shifted, `${name}.product`), net.scalar('gelu.half', 0.5), name);
}

/** Appends an activation; 'none' appends nothing. */
export function activate(net: NetBuilder, x: string, name: string, kind: Activation): string {
  switch (kind) {
    case 'none':
      return x;
    case 'relu':
      return net.relu(x, name);
    case 'relu6':
      return net.relu6(x, name);
    case 'silu':
      return silu(net, x, name);
    case 'hardswish':
      return net.op('HardSwish', name, [x]);
    case 'gelu':
      return gelu(net, x, name);
  }
}
