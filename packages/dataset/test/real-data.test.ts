import { join } from 'node:path';
import { checkSamples, ownSplits, scanDataset, splitDataset } from '@saker/dataset';
import { describe, expect, it } from 'vitest';
import { reportSkip, sharedDir } from '../../../test/fixtures/shared.js';

const shared = sharedDir();
if (!shared) reportSkip('@saker/dataset on hymenoptera and trashnet');

describe.skipIf(!shared)('real photos', () => {
  const folder = (name: string) => join(shared ?? '', 'data', 'datasets', name);

  it('keeps the splits of hymenoptera', async () => {
    const data = await scanDataset(folder('hymenoptera'));
    expect(data.classes).toEqual(['ants', 'bees']);
    expect(ownSplits(data)).toEqual(['train', 'val']);
    const parts = splitDataset(data, { valFraction: 0.5 });
    expect([parts.train.length, parts.val.length, parts.test.length]).toEqual([220, 136, 0]);
    expect((await scanDataset(folder('hymenoptera'))).hash).toBe(data.hash);
  });

  it('splits trashnet by class, and finds every header good', async () => {
    const data = await scanDataset(folder('trashnet'));
    expect(data.classes).toEqual(['cardboard', 'glass', 'metal', 'paper', 'plastic', 'trash']);
    expect(data.samples).toHaveLength(425);
    const { good, bad } = await checkSamples(data.samples);
    expect([good.length, bad.length]).toEqual([425, 0]);
    const { train, val } = splitDataset(data, { valFraction: 0.2, seed: 1 });
    expect(train.length + val.length).toBe(425);
    for (let label = 0; label < 6; label++) {
      const all = data.samples.filter((s) => s.label === label).length;
      expect(val.filter((s) => s.label === label)).toHaveLength(Math.round(all * 0.2));
    }
  });

  it('names every damaged picture of the awkward collection', async () => {
    const data = await scanDataset(join(shared ?? '', 'data', 'awkward'));
    const { good, bad } = await checkSamples(data.samples);
    const codes = new Map<string, number>();
    for (const { error } of bad) codes.set(error.code, (codes.get(error.code) ?? 0) + 1);
    process.stdout.write(`awkward: ${good.length} good, ${JSON.stringify(Object.fromEntries(codes))}\n`);
    expect(good.length + bad.length).toBe(data.samples.length);
    expect(codes.has('E_INTERNAL')).toBe(false);
    expect(bad.every((b) => b.error.message.includes(b.path))).toBe(true);
  });
});
