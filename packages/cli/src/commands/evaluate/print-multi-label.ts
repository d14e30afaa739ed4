import type { MultiLabelResult } from '@saker/evaluate';
import type { Output } from '../../output/output.js';
import { percent, table } from '../../output/table.js';

/** A list of labels longer than this shows the worst ones only. */
const LISTED_LABELS = 40;

/** The figures of a multi-label model for people. */
export function printMultiLabel(out: Output, result: MultiLabelResult, split: string): void {
  out.line(
    `mAP ${percent(result.mAP)} on ${result.samples} pictures (${split}), micro F1 ${percent(result.microF1)}, ` +
      `macro F1 ${percent(result.macroF1)}, all labels right ${percent(result.subsetAccuracy)}, ` +
      `Hamming loss ${result.hammingLoss.toFixed(4)}, ${Math.round(result.imagesPerSecond)} images/s`,
  );
  out.line();
  const rows = [...result.perLabel];
  if (rows.length > LISTED_LABELS) rows.sort((a, b) => (a.averagePrecision ?? 1) - (b.averagePrecision ?? 1));
  const right = (title: string) => ({ title, align: 'right' as const });
  out.line(
    table(
      [
        { title: 'label' },
        ...['AP', 'precision', 'recall', 'F1', 'pictures', 'told', 'threshold'].map(right),
      ],
      rows
        .slice(0, LISTED_LABELS)
        .map((row) => [
          row.label,
          row.averagePrecision === null ? '-' : percent(row.averagePrecision),
          percent(row.precision),
          percent(row.recall),
          percent(row.f1),
          row.support,
          row.predicted,
          row.threshold.toFixed(3),
        ]),
    ),
  );
  if (result.perLabel.length > LISTED_LABELS)
    out.line(`(the ${LISTED_LABELS} labels with the lowest AP of ${result.perLabel.length})`);
}
