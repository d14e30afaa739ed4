/** Pre-norm transformer block (Vaswani et al. 2017; Dosovitskiy et al. 2021), timm's names. */
import type { LinearInit, NetBuilder } from '../builder.js';
import { type Activation, activate } from './activation.js';

/** A block on a value [N, ...groups, tokens, width]; attention stays within a group. */
export interface TransformerOptions {
  readonly groups: readonly number[];
  readonly tokens: number;
  readonly width: number;
  readonly heads: number;
  /** Width of the MLP's hidden layer. */
  readonly hidden: number;
  readonly act: Activation;
  readonly eps: number;
  readonly start: LinearInit;
}

function attention(net: NetBuilder, x: string, name: string, options: TransformerOptions): string {
  const { groups, tokens, width, heads, start } = options;
  const head = width / heads;
  const lead = [0, ...groups];
  const rank = lead.length;
  const keep = lead.map((_, axis) => axis);
  const axes = (...rest: number[]) => [...keep, ...rest.map((axis) => axis + rank)];

  const qkv = net.dense(x, `${name}.qkv`, width, 3 * width, start);
  const split = net.reshape(qkv, `${name}.heads`, [...lead, tokens, 3 * heads, head]);
  const byHead = net.transpose(split, `${name}.by_head`, axes(1, 0, 2));
  const [query, key, value] = net.split(byHead, `${name}.split`, rank, 3, heads) as [string, string, string];
  const scaled = net.mul(query, net.scalar(`${name}.scale`, head ** -0.5), `${name}.scaled`);
  const turned = net.transpose(key, `${name}.key_t`, axes(0, 2, 1));
  const weights = net.op(
    'Softmax',
    `${name}.softmax`,
    [net.op('MatMul', `${name}.scores`, [scaled, turned])],
    {
      axis: -1,
    },
  );
  const mixed = net.op('MatMul', `${name}.mix`, [weights, value]);
  const joined = net.transpose(mixed, `${name}.by_token`, axes(1, 0, 2));
  const flat = net.reshape(joined, `${name}.join`, [...lead, tokens, width]);
  return net.dense(flat, `${name}.proj`, width, width, start);
}

/** x + attention(norm1 x), then + mlp(norm2 of it). */
export function transformerBlock(
  net: NetBuilder,
  x: string,
  name: string,
  options: TransformerOptions,
): string {
  const { width, hidden, act, eps, start } = options;
  const normed = net.layerNorm(x, `${name}.norm1`, width, eps);
  const attended = net.add(x, attention(net, normed, `${name}.attn`, options), `${name}.add1`);
  const wide = net.dense(
    net.layerNorm(attended, `${name}.norm2`, width, eps),
    `${name}.mlp.fc1`,
    width,
    hidden,
    start,
  );
  const narrow = net.dense(
    activate(net, wide, `${name}.mlp.act`, act),
    `${name}.mlp.fc2`,
    hidden,
    width,
    start,
  );
  return net.add(attended, narrow, `${name}.add2`);
}
