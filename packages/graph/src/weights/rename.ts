/** Names of other libraries' state dicts in the zoo's terms. */

/** torchvision's vit_b_16 in timm's names; `$1` is the block. */
const TORCHVISION_VIT: readonly (readonly [RegExp, string])[] = [
  [/^class_token$/, 'cls_token'],
  [/^encoder\.pos_embedding$/, 'pos_embed'],
  [/^conv_proj\./, 'patch_embed.proj.'],
  [/^encoder\.layers\.encoder_layer_(\d+)\.ln_([12])\./, 'blocks.$1.norm$2.'],
  [/^encoder\.layers\.encoder_layer_(\d+)\.self_attention\.in_proj_/, 'blocks.$1.attn.qkv.'],
  [/^encoder\.layers\.encoder_layer_(\d+)\.self_attention\.out_proj\./, 'blocks.$1.attn.proj.'],
  [/^encoder\.layers\.encoder_layer_(\d+)\.mlp\.(?:0|linear_1)\./, 'blocks.$1.mlp.fc1.'],
  [/^encoder\.layers\.encoder_layer_(\d+)\.mlp\.(?:3|linear_2)\./, 'blocks.$1.mlp.fc2.'],
  [/^encoder\.ln\./, 'norm.'],
  [/^heads\.head\./, 'head.'],
];

/** What data-parallel and compiled training put in front of every name. */
const PREFIXES = ['module.', '_orig_mod.', 'model.'];

/** The tensors under the zoo's names: wrappers' prefixes are taken off, torchvision's transformers renamed. */
export function renamed<T>(tensors: ReadonlyMap<string, T>): Map<string, T> {
  let entries = [...tensors];
  for (const prefix of PREFIXES) {
    if (entries.length > 0 && entries.every(([name]) => name.startsWith(prefix)))
      entries = entries.map(([name, value]) => [name.slice(prefix.length), value]);
  }
  if (!tensors.has('encoder.pos_embedding')) return new Map(entries);
  return new Map(
    entries.map(([name, value]) => {
      const rule = TORCHVISION_VIT.find(([pattern]) => pattern.test(name));
      return [rule ? name.replace(rule[0], rule[1]) : name, value];
    }),
  );
}
