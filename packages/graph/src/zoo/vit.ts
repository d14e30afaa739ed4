/** Vision transformers (Dosovitskiy et al. 2021; DeiT: Touvron et al. 2021) of 16-pixel patches, timm's names. */
import type { OnnxModel } from '../model.js';
import { transformerBlock } from './blocks/transformer.js';
import { NetBuilder, type NetOptions } from './builder.js';
import { constant, normal, torchDefault } from './init.js';

/** Width and heads; all have 12 blocks. */
const PLANS = {
  vit_tiny_patch16_224: { width: 192, heads: 3 },
  deit_tiny_patch16_224: { width: 192, heads: 3 },
  vit_small_patch16_224: { width: 384, heads: 6 },
  vit_base_patch16_224: { width: 768, heads: 12 },
} as const;
const DEPTH = 12;
const EPS = 1e-6;
/** Side of a patch in pixels. */
export const PATCH = 16;
const START = { init: normal(0.02), bias: constant(0) };

/** Patches as tokens behind a class token, with position embeddings. */
function embed(net: NetBuilder, width: number, grid: number): string {
  const from = net.options.inChannels;
  const start = torchDefault(from * PATCH * PATCH);
  const conv = { from, to: width, kernel: PATCH, stride: PATCH, pad: 0, init: start, bias: start };
  const maps = net.conv('input', 'patch_embed.proj', conv);
  const flat = net.reshape(maps, 'patch_embed.flatten', [0, width, grid * grid]);
  const tokens = net.transpose(flat, 'patch_embed.tokens', [0, 2, 1]);
  const batch = net.op('Shape', 'cls_token.batch', [tokens], { start: 0, end: 1 });
  const shape = net.op('Concat', 'cls_token.shape', [batch, net.ints('cls_token.rest', [1, width])], {
    axis: 0,
  });
  const cls = net.op('Expand', 'cls_token.expand', [
    net.tensor('cls_token', [1, 1, width], normal(1e-6)),
    shape,
  ]);
  const all = net.op('Concat', 'cls_token.cat', [cls, tokens], { axis: 1 });
  return net.add(all, net.tensor('pos_embed', [1, grid * grid + 1, width], normal(0.02)), 'pos_embed.add');
}

/** Builds one of the transformers; the side of the input is a multiple of the patch's. */
export function buildVit(name: keyof typeof PLANS, options: NetOptions): OnnxModel {
  const { width, heads } = PLANS[name];
  const net = new NetBuilder(name, options);
  const grid = options.size / PATCH;
  let x = embed(net, width, grid);
  const block = { groups: [], tokens: grid * grid + 1, width, heads, hidden: 4 * width, eps: EPS } as const;
  for (let index = 0; index < DEPTH; index++)
    x = transformerBlock(net, x, `blocks.${index}`, { ...block, act: 'gelu', start: START });
  x = net.layerNorm(x, 'norm', width, EPS);
  const first = net.op('Gather', 'pool', [x, net.index('pool.index', 0)], { axis: 1 });
  return net.classifier(first, 'head', width, START);
}
