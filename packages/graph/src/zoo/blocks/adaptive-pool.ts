import type { NetBuilder } from '../builder.js';

/** Means along one axis over torch's adaptive windows floor(i n / out) .. ceil((i + 1) n / out). */
function pooledAxis(
  net: NetBuilder,
  x: string,
  name: string,
  axis: number,
  size: number,
  out: number,
): string {
  const axes = net.ints(`${name}.axes`, [axis]);
  const parts = Array.from({ length: out }, (_, i) => {
    const start = net.ints(`${name}.${i}.start`, [Math.floor((i * size) / out)]);
    const end = net.ints(`${name}.${i}.end`, [Math.ceil(((i + 1) * size) / out)]);
    const part = net.op('Slice', `${name}.${i}.slice`, [x, start, end, axes]);
    return net.op('ReduceMean', `${name}.${i}.mean`, [part], { axes: [axis], keepdims: 1 });
  });
  return net.op('Concat', name, parts, { axis });
}

/** AdaptiveAvgPool2d of a square value [N, C, size, size] to [N, C, out, out]. */
export function adaptiveAvgPool(net: NetBuilder, x: string, name: string, size: number, out: number): string {
  if (size === out) return x;
  if (size % out === 0) {
    const kernel = size / out;
    return net.op('AveragePool', name, [x], { kernel_shape: [kernel, kernel], strides: [kernel, kernel] });
  }
  return pooledAxis(net, pooledAxis(net, x, `${name}.rows`, 2, size, out), `${name}.columns`, 3, size, out);
}
