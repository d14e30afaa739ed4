import { basename } from 'node:path';
import { type Dataset, scanDataset } from '@saker/dataset';
import { evaluateModel, evaluateMultiLabel, Predictor, type ReportInput, writeReport } from '@saker/evaluate';
import type { CliContext } from '../../context.js';
import { metadataFor } from '../../flags/metadata.js';
import { Output, printable } from '../../output/output.js';
import { ProgressBar } from '../../output/progress-bar.js';
import type { EvaluateFlags } from './command.js';
import { multiLabelJson, resultJson } from './json.js';
import { printEvaluation } from './print.js';
import { printMultiLabel } from './print-multi-label.js';
import { selectSamples } from './select.js';

/** The data, cut into labels as it was for training. */
function scan(data: string, { metadata }: Predictor): Promise<Dataset> {
  const separator = metadata.provenance?.config?.labelSeparator;
  return scanDataset(data, typeof separator === 'string' ? { labelSeparator: separator } : {});
}

/** `saker evaluate`. */
export async function evaluate(
  this: CliContext,
  flags: EvaluateFlags,
  model: string,
  data: string,
): Promise<void> {
  const out = new Output(this, flags);
  const given = await metadataFor(model, flags);
  const predictor = await Predictor.load(model, { metadata: given, tta: flags.tta });
  const bar = new ProgressBar(out);
  try {
    const { metadata } = predictor;
    const dataset = await scan(data, predictor);
    const selected = await selectSamples(dataset, flags, metadata);
    const { split, samples } = selected;
    const options = {
      labels: selected.classes,
      onProgress: (done: number, total: number) => {
        if (out.interactive && !out.quiet)
          bar.update(done / total, 'evaluating', `${done}/${total} pictures`);
      },
    };
    const many =
      metadata.task === 'multi-label' ? await evaluateMultiLabel(predictor, samples, options) : null;
    const one = many ? null : await evaluateModel(predictor, samples, options);
    const evaluation = (many ?? one) as ReportInput['evaluation'];
    bar.clear();
    const report =
      flags.report === undefined
        ? null
        : await writeReport(flags.report, {
            evaluation,
            metadata,
            model: { name: basename(model), hash: await predictor.hash() },
            data: { path: data, split, hash: dataset.hash },
          });
    const failures = [...selected.failures, ...evaluation.failures];
    for (const { path, error } of failures)
      out.warn(`left out ${printable(path)}: ${error.code} ${error.message}`);
    const described = flags.tta === undefined ? split : `${split}, ${flags.tta}`;
    if (many) printMultiLabel(out, many, described);
    else if (one) printEvaluation(out, one, described);
    if (failures.length > 0) out.line(`\n${failures.length} pictures could not be read and count nowhere`);
    if (report) out.line(`\nreport ${report.html}`);
    out.json({
      ...(many ? multiLabelJson(many) : one ? resultJson(one) : {}),
      task: metadata.task,
      split,
      ...(flags.tta === undefined ? {} : { tta: flags.tta }),
      failures: failures.map(({ path, error }) => ({ file: path, code: error.code, message: error.message })),
      seconds: evaluation.seconds,
      imagesPerSecond: evaluation.imagesPerSecond,
      report: report?.html ?? null,
    });
  } finally {
    bar.clear();
    await predictor.close();
  }
}
