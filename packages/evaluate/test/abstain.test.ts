import { Predictor } from '@saker/evaluate';
import { readMetadata, readModel } from '@saker/graph';
import { makeModelMetadata, parseModelMetadata } from '@saker/spec';
import { expect, it, vi } from 'vitest';
import { LABELS, picture, smallMetadata, smallModel } from './models.js';

vi.setConfig({ testTimeout: 120_000 });

const { pipelines } = smallMetadata();
const metadataWith = (threshold: number) =>
  makeModelMetadata({ labels: LABELS, eval: pipelines.eval, abstain: { threshold } });

async function answer(model: Uint8Array) {
  const predictor = await Predictor.load(model);
  try {
    const [prediction] = await predictor.predict([await picture(1)]);
    if (!prediction?.ok) throw prediction?.error;
    return prediction;
  } finally {
    await predictor.close();
  }
}

it('names no class below the threshold that the file carries, and names it from the threshold on', async () => {
  const free = await answer(smallModel());
  expect(free.abstained).toBe(false);
  const reached = await answer(smallModel({ metadata: metadataWith(free.confidence) }));
  expect(reached).toMatchObject({ abstained: false, label: free.label, index: free.index });
  const below = await answer(smallModel({ metadata: metadataWith(free.confidence + 1e-6) }));
  expect(below).toMatchObject({ abstained: true, label: null, index: null, labels: [] });
  expect(below.topK).toEqual(free.topK);
  expect(below.confidence).toBe(free.confidence);
});

it('is part of the file; files from before it are read as without', () => {
  expect(readMetadata(readModel(smallModel({ metadata: metadataWith(0.8) })))?.abstain).toEqual({
    threshold: 0.8,
  });
  const { abstain: _, ...older } = smallMetadata();
  expect(parseModelMetadata(older).abstain).toBeNull();
});

it('is refused out of range, and for tasks that have thresholds', () => {
  const refused = (value: unknown) => expect(() => parseModelMetadata(value));
  refused({ ...smallMetadata(), abstain: { threshold: 1.5 } }).toThrow(/abstain/);
  const many = makeModelMetadata({ labels: LABELS, eval: pipelines.eval, task: 'multi-label' });
  refused({ ...many, abstain: { threshold: 0.5 } }).toThrow(/abstain: expected none for task multi-label/);
});
