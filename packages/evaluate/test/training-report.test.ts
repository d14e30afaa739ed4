import {
  type EvaluationResult,
  renderReport,
  renderTrainingReport,
  type TrainingReportInput,
} from '@saker/evaluate';
import { describe, expect, it } from 'vitest';
import { inputOf } from './report-inputs.js';

function trainingOf(more: Partial<TrainingReportInput> = {}): TrainingReportInput {
  const { metadata, evaluation } = inputOf(['ant', 'bee', 'cat']);
  return {
    task: 'single-label',
    epochs: metadata.history.map((epoch) => ({
      ...epoch,
      metrics: { ...epoch, phase: 0 },
      imagesPerSecond: 100,
      seconds: 2,
    })),
    planned: 9,
    state: 'The run goes on.',
    monitor: 'valAccuracy',
    best: 5,
    baselines: [
      { name: 'logistic regression', metric: 'valAccuracy', value: 0.7 },
      { name: 'most frequent class', metric: 'valAccuracy', value: 0.4 },
    ],
    counts: { train: 80, val: 20, test: 0 },
    model: {
      name: 'm.onnx',
      path: '/m.onnx',
      commands: [{ purpose: 'serve it', line: 'saker serve /m.onnx' }],
    },
    data: { path: 'photos', hash: 'sha256:aa' },
    evaluation: evaluation as EvaluationResult,
    gradientWarnings: null,
    notes: [],
    failures: [],
    machine: [['system', 'linux']],
    config: { epochs: 9 },
    pipelines: { eval: metadata.pipelines.eval, train: metadata.pipelines.eval },
    createdAt: new Date('2026-02-03T04:05:06Z'),
    ...more,
  };
}

describe('renderTrainingReport', () => {
  it('has the frame, the style and the policy of the evaluation report', async () => {
    const [one, other] = await Promise.all([
      renderTrainingReport(trainingOf()),
      renderReport(inputOf(['a', 'b'])),
    ]);
    for (const part of [
      /<meta http-equiv="Content-Security-Policy"[^>]*>/,
      /<style>[\s\S]*?<\/style>/,
      /<footer>[\s\S]*$/,
    ])
      expect(part.exec(one)?.[0]).toBe(part.exec(other)?.[0]);
    expect(one).toContain('2026-02-03 04:05 UTC');
  });

  it('marks the best epoch in every chart and draws baselines across the chart of their metric, within it', async () => {
    const html = await renderTrainingReport(
      trainingOf({ baselines: [{ name: 'b', metric: 'valAccuracy', value: 0.05 }] }),
    );
    const charts = html.match(/<svg[^>]*class="chart"[\s\S]*?<\/svg>/g) ?? [];
    expect(charts.map((chart) => chart.includes('class="mark"'))).toEqual([true, true, true]);
    expect(charts.map((chart) => chart.includes('class="level"'))).toEqual([false, true, false]);
    // The mark stands at the fifth of six epochs.
    const x = /class="mark"><line x1="([\d.]+)"/.exec(charts[1] as string)?.[1];
    const dots = [...(charts[1] as string).matchAll(/<circle cx="([\d.]+)"/g)].map(([, cx]) => Number(cx));
    expect(Number(x)).toBeCloseTo(dots[4] as number, 1);
    const level = Number(/class="level"><polyline points="[\d.]+,([\d.]+)/.exec(charts[1] as string)?.[1]);
    expect(level).toBeGreaterThan(24);
    expect(level).toBeLessThanOrEqual(194);
    expect(charts[1]).toContain('Baseline: b 5%.');
  });

  it('draws no mark, line or matrix of what there is not', async () => {
    const none = {
      evaluation: null,
      best: 0,
      baselines: [{ name: 'b', metric: 'valAccuracy', value: Number.NaN }],
    };
    const html = await renderTrainingReport(trainingOf(none));
    expect(html).not.toMatch(/class="(mark|level)"|NaN|Gradient warnings|Confusion matrix<\/h2>/);
    expect(html).toContain('not at hand');
    const empty = await renderTrainingReport(trainingOf({ ...none, epochs: [] }));
    expect(empty).not.toMatch(/NaN|Learning curves/);
  });

  it('says when a run beats no baseline, and what averaged weights come to', async () => {
    const high = [{ name: 'logistic regression', metric: 'valAccuracy', value: 0.99 }];
    expect(await renderTrainingReport(trainingOf({ baselines: high }))).toContain(
      'It does not beat <b>logistic',
    );
    const averaged = await renderTrainingReport(trainingOf({ averaged: { value: 0.91, valAccuracy: 0.91 } }));
    expect(averaged).toContain('holds averaged weights');
    expect(averaged).toMatch(/<strong>91\.0%<\/strong><span>of the averaged weights, baseline 70\.0%/);
  });

  it('gives a monitored metric that no other chart shows a chart of its own', async () => {
    const { epochs } = trainingOf();
    const withF1 = epochs.map((one) => ({ ...one, metrics: { ...one.metrics, valMacroF1: one.epoch / 10 } }));
    const html = await renderTrainingReport(trainingOf({ epochs: withF1, monitor: 'valMacroF1' }));
    expect(html.match(/class="chart"/g)).toHaveLength(4);
    expect(html).toContain('<title id="monitored-title">Macro F1</title>');
  });
});
