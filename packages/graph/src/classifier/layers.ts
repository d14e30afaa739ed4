/** Which layer of a network each learned tensor belongs to, for learning rates that go with depth. */

/** Before the first block. */
const STEM = /^(?:stem|conv1|bn1|cls_token|pos_embed|patch_embed|features\.0)(?:\.|$)/;

/** Blocks by the names of timm and torchvision; what is captured are the numbers of stage and block. */
const BLOCKS: readonly RegExp[] = [
  /^layer(\d+)\.(\d+)\./,
  // A reduction between stages goes with the first block behind it.
  /^stages\.(\d+)\.downsample\./,
  /^stages\.(\d+)\.blocks\.(\d+)\./,
  /^stages\.(\d+)\.(\d+)\./,
  /^stage(\d+)\.(\d+)\./,
  /^trunk_output\.block(\d+)\.block\d+-(\d+)\./,
  /^blocks\.(\d+)\./,
  /^features\.(\d+)\.(\d+)\.(?:block|layer_scale)/,
  /^features\.(\d+)\.(?!weight$|bias$)/,
];

/** Behind the last block, with whose layer it goes. */
const LAST = /^(?:norm|norm_pre|final_conv|conv5)\./;
/** Part of the classifier even where the graph's own head is only its last layer. */
const HEAD = /^(?:head|fc|classifier)\./;

/** Tensors in a layer when names do not tell, as timm's auto_group_layers has it. */
const TENSORS_PER_LAYER = 12;

/** Places in the network that compare like version numbers; null when some name does not tell. */
function placesOf(names: readonly string[]): Map<string, number[]> | null {
  const places = new Map<string, number[]>();
  for (const name of names) {
    const block = BLOCKS.map((pattern) => pattern.exec(name)).find(Boolean);
    if (STEM.test(name)) places.set(name, [0, 0, 0]);
    else if (block) places.set(name, [1, Number(block[1]), Number(block[2] ?? 0)]);
    else if (LAST.test(name)) places.set(name, [2, 0, 0]);
    else if (HEAD.test(name)) places.set(name, [3, 0, 0]);
    else return null;
  }
  return [...places.values()].some(([part]) => part === 1) ? places : null;
}

const compare = (a: readonly number[], b: readonly number[]): number =>
  a.map((value, i) => value - b[i]!).find((difference) => difference !== 0) ?? 0;

function byName(places: ReadonlyMap<string, readonly number[]>): {
  layers: Map<string, number>;
  count: number;
} {
  const ranks = new Map<string, number>();
  const inner = [...places.values()].filter(([part]) => part! < 2);
  for (const place of inner.sort(compare)) if (!ranks.has(place.join())) ranks.set(place.join(), ranks.size);
  const count = ranks.size;
  const rank = (place: readonly number[]): number =>
    place[0] === 3 ? count : place[0] === 2 ? count - 1 : ranks.get(place.join())!;
  return { layers: new Map([...places].map(([name, place]) => [name, rank(place)])), count };
}

/**
 * How many layers lie between each learned tensor and the classifier: 0 for the classifier, 1 for the last block. Names of
 * timm's and torchvision's networks are grouped as timm's `group_matcher` does, by stem and blocks; the tensors of other graphs
 * by twelve in the order in which the data meets them (timm's `auto_group_layers`).
 * @param order names of all learned tensors by depth (`parameterNames`)
 * @param head names of the classifier's tensors
 */
export function layersFromHead(order: readonly string[], head: readonly string[]): Map<string, number> {
  const isHead = new Set(head);
  const trunk = order.filter((name) => !isHead.has(name));
  const places = placesOf(trunk);
  const { layers, count } = places
    ? byName(places)
    : {
        layers: new Map(trunk.map((name, i) => [name, Math.floor(i / TENSORS_PER_LAYER)])),
        count: Math.ceil(trunk.length / TENSORS_PER_LAYER),
      };
  const below = [...layers].map(([name, layer]) => [name, count - layer] as const);
  return new Map([...below, ...head.map((name) => [name, 0] as const)]);
}
