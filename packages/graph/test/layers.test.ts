import { readFileSync } from 'node:fs';
import { buildModel, headOf, layersFromHead, ZOO } from '@saker/graph';
import { describe, expect, it } from 'vitest';

/** Learning-rate factors by timm, with the names of the parameters that have them. */
const { scales }: { scales: Record<string, [number, string[]][]> } = JSON.parse(
  readFileSync(new URL('fixtures/layer-decay.json', import.meta.url), 'utf8'),
);

const layersOf = (name: string) => {
  const { headParameters, stages } = headOf(buildModel(name, { numClasses: 10, drawn: false }));
  return layersFromHead(stages, headParameters);
};

describe('layers from the classifier', () => {
  it.each(Object.entries(scales))('of %s give the factors of timm', (name, groups) => {
    const layers = layersOf(name);
    const timm = Object.fromEntries(groups.flatMap(([scale, names]) => names.map((id) => [id, scale])));
    expect([...layers.keys()].sort()).toEqual(Object.keys(timm).sort());
    for (const [id, below] of layers)
      expect([id, 0.75 ** below]).toEqual([id, expect.closeTo(timm[id]!, 12)]);
  });

  it.each(ZOO)('of %s run from the stem to the classifier without a gap', (name) => {
    const { headParameters, stages } = headOf(buildModel(name, { numClasses: 2, drawn: false }));
    const layers = layersFromHead(stages, headParameters);
    expect([...layers.keys()].sort()).toEqual([...stages].sort());
    const most = layers.get(stages[0]!)!;
    expect(new Set(layers.values())).toEqual(new Set(Array.from({ length: most + 1 }, (_, i) => i)));
    for (const id of headParameters) expect(layers.get(id)).toBe(0);
  });

  it('of a graph whose names say nothing are twelve tensors each, by depth', () => {
    const order = Array.from({ length: 30 }, (_, i) => `onnx::Conv_${i}`);
    const layers = layersFromHead([...order, 'fc.w'], ['fc.w']);
    expect([0, 11, 12, 24, 29].map((i) => layers.get(order[i]!))).toEqual([3, 3, 2, 1, 1]);
    expect(layers.get('fc.w')).toBe(0);
  });
});
