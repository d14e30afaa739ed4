import type { EvaluationResult } from '@saker/evaluate';
import type { Output } from '../../output/output.js';
import { percent, table } from '../../output/table.js';

/** A matrix wider than this is for the report. */
const MATRIX_CLASSES = 12;
/** A list of classes longer than this shows the worst ones only. */
const LISTED_CLASSES = 40;
const CUT = 10;

function classTable(result: EvaluationResult): string {
  const rows = [...result.perClass];
  if (rows.length > LISTED_CLASSES) rows.sort((a, b) => a.f1 - b.f1);
  return table(
    [
      { title: 'class' },
      ...['precision', 'recall', 'F1', 'pictures'].map((title) => ({ title, align: 'right' as const })),
    ],
    rows
      .slice(0, LISTED_CLASSES)
      .map((row) => [row.label, percent(row.precision), percent(row.recall), percent(row.f1), row.support]),
  );
}

function matrixTable({ labels, confusion }: EvaluationResult): string {
  const short = (label: string): string => (label.length > CUT ? `${label.slice(0, CUT - 1)}.` : label);
  return table(
    [
      { title: 'true \\ predicted' },
      ...labels.map((label) => ({ title: short(label), align: 'right' as const })),
    ],
    confusion.map((row, i) => [labels[i] ?? '', ...row]),
  );
}

/** The figures for people. */
export function printEvaluation(out: Output, result: EvaluationResult, split: string): void {
  out.line(
    `accuracy ${percent(result.accuracy)} on ${result.samples} pictures (${split}), ` +
      `top-${result.topK.k} ${percent(result.topK.accuracy)}, macro F1 ${percent(result.macroF1)}, ` +
      `log loss ${result.logLoss.toFixed(4)}, ${Math.round(result.imagesPerSecond)} images/s`,
  );
  const { binary } = result;
  if (binary) {
    const share = (value: number | null) => (value === null ? '-' : value.toFixed(4));
    out.line(
      `${binary.positive} from ${binary.threshold.toFixed(3)} on: ROC AUC ${share(binary.rocAuc)}, ` +
        `average precision ${share(binary.averagePrecision)}`,
    );
  }
  const { selective } = result;
  if (selective)
    out.line(
      `abstains below ${selective.threshold}: answers ${percent(selective.coverage)} of the pictures` +
        (selective.accuracy === null ? '' : `, ${percent(selective.accuracy)} of those right`) +
        '; the other figures are of all pictures',
    );
  out.line();
  out.line(classTable(result));
  if (result.perClass.length > LISTED_CLASSES) {
    out.line(`(the ${LISTED_CLASSES} classes with the lowest F1 of ${result.perClass.length})`);
  }
  if (result.labels.length <= MATRIX_CLASSES) {
    out.line();
    out.line(matrixTable(result));
  }
}
