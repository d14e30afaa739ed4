/** A single-label model that may decline to answer: what it answers, and what other thresholds would come to. */
import type { ModelMetadata } from '@saker/spec';
import { riskCoverage } from '../metrics/risk-coverage.js';
import { decisionOf } from '../predictor/decision.js';
import type { SamplePredictions } from '../predictor/prediction.js';
import { argMax } from '../predictor/top-k.js';
import type { EvaluationResult, RiskCoverageResult, SelectiveResult } from './types.js';

/** Points of the curve that are kept: one for each twentieth of the pictures. */
const LEVELS = 20;

/** The curve, and of a model that abstains the figures at its own threshold. */
export function selectiveFigures(
  metadata: ModelMetadata,
  truth_N: ArrayLike<number>,
  { probabilities }: SamplePredictions,
): Pick<EvaluationResult, 'selective' | 'riskCoverage'> {
  const { decide } = decisionOf(metadata);
  const right: number[] = [];
  const confidences: number[] = [];
  let answered = 0;
  let answeredRight = 0;
  probabilities.forEach((row, i) => {
    if (!row) return;
    const guess = argMax(row);
    const isRight = guess === truth_N[i] ? 1 : 0;
    right.push(isRight);
    confidences.push(row[guess] as number);
    if (decide(row).length === 0) return;
    answered += 1;
    answeredRight += isRight;
  });
  const curve = curveOf(right, confidences);
  if (!metadata.abstain) return { riskCoverage: curve };
  const selective: SelectiveResult = {
    threshold: metadata.abstain.threshold,
    answered,
    coverage: answered / right.length,
    accuracy: answered === 0 ? null : answeredRight / answered,
  };
  return { selective, riskCoverage: curve };
}

function curveOf(right: readonly number[], confidences: readonly number[]): RiskCoverageResult {
  const { aurc, points } = riskCoverage(right, confidences);
  const curve: RiskCoverageResult['curve'][number][] = [];
  let level = 1;
  for (const { threshold, coverage, risk } of points) {
    // Counted in pictures, which divide exactly.
    if (Math.round(coverage * right.length) * LEVELS < level * right.length) continue;
    curve.push({ threshold, coverage, accuracy: 1 - risk });
    while (level <= LEVELS && Math.round(coverage * right.length) * LEVELS >= level * right.length)
      level += 1;
  }
  return { aurc, curve };
}
