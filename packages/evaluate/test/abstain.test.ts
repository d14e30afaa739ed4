import { type EvaluationResult, evaluateModel, Predictor, renderReport } from '@saker/evaluate';
import { readMetadata, readModel } from '@saker/graph';
import { makeModelMetadata, parseModelMetadata } from '@saker/spec';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LABELS, picture, pictures, smallMetadata, smallModel, temporary } from './models.js';

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

describe('an evaluation', () => {
  const NUMBER = 30;
  let paths: string[] = [];
  let remove = async () => {};
  let free: EvaluationResult;
  /** Confidence and truth of each picture, the surest first. */
  let answers: { confidence: number; right: boolean }[];

  async function evaluation(threshold?: number): Promise<EvaluationResult> {
    const model = threshold === undefined ? smallModel() : smallModel({ metadata: metadataWith(threshold) });
    const predictor = await Predictor.load(model);
    try {
      return await evaluateModel(
        predictor,
        paths.map((path, i) => ({ path, label: i % LABELS.length })),
      );
    } finally {
      await predictor.close();
    }
  }
  const share = (part: { right: boolean }[]) => part.filter(({ right }) => right).length / part.length;

  beforeAll(async () => {
    const folder = await temporary();
    remove = folder.remove;
    paths = await pictures(folder.dir, NUMBER);
    free = await evaluation();
    const predictor = await Predictor.load(smallModel());
    const predictions = await predictor.predict(paths);
    await predictor.close();
    answers = predictions
      .map((one, i) => {
        if (!one.ok) throw one.error;
        return { confidence: one.confidence, right: one.index === i % LABELS.length };
      })
      .sort((a, b) => b.confidence - a.confidence);
  });
  afterAll(() => remove());

  it('tells coverage and accuracy of what is answered, beside the figures of all pictures', async () => {
    const { confidence } = answers[9] as { confidence: number };
    const { selective, seconds: _, imagesPerSecond: __, ...rest } = await evaluation(confidence);
    expect(selective).toEqual({
      threshold: confidence,
      answered: 10,
      coverage: 10 / NUMBER,
      accuracy: share(answers.slice(0, 10)),
    });
    const { seconds: ___, imagesPerSecond: ____, ...all } = free;
    expect(rest).toEqual(all);
    expect(free.selective).toBeUndefined();
  });

  it('of a model that answers nothing has no accuracy of it', async () => {
    const { selective, accuracy } = await evaluation(1);
    expect(selective).toEqual({ threshold: 1, answered: 0, coverage: 0, accuracy: null });
    expect(accuracy).toBe(share(answers));
  });

  it('has the curve of thresholds, which ends with all pictures', () => {
    const { aurc, curve } = free.riskCoverage as NonNullable<EvaluationResult['riskCoverage']>;
    expect(curve.length).toBeLessThanOrEqual(20);
    curve.forEach(({ threshold, coverage, accuracy }, i) => {
      const kept = answers.filter(({ confidence }) => confidence >= threshold);
      expect(coverage).toBe(kept.length / NUMBER);
      expect(coverage).toBeGreaterThanOrEqual((i + 1) / 20);
      expect(accuracy).toBeCloseTo(share(kept), 12);
    });
    expect(curve.at(-1)).toMatchObject({ coverage: 1 });
    expect(aurc).toBeGreaterThan(0);
    expect(aurc).toBeLessThan(1);
  });

  it('shows them in the report', async () => {
    const { confidence } = answers[9] as { confidence: number };
    const input = {
      evaluation: await evaluation(confidence),
      metadata: metadataWith(confidence),
      model: { name: 'model.onnx', hash: 'sha256:0' },
      data: { path: 'photos' },
    };
    const page = await renderReport(input);
    expect(page).toMatch(/<dt>Coverage<\/dt><dd><strong>33\.3%<\/strong>/);
    expect(page).toContain(
      `<dt>Selective accuracy</dt><dd><strong>${(100 * share(answers.slice(0, 10))).toFixed(1)}%`,
    );
    expect(page).toContain('this one abstains below');
    const without = await renderReport({ ...input, evaluation: free, metadata: smallMetadata() });
    expect(without).not.toContain('<dt>Coverage</dt>');
    expect(without).toContain('this one carries none');
  });
});
