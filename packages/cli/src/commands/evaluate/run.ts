import { basename } from 'node:path';
import { scanDataset } from '@saker/dataset';
import { evaluateModel, Predictor, writeReport } from '@saker/evaluate';
import type { CliContext } from '../../context.js';
import { metadataFor } from '../../flags/metadata.js';
import { Output, printable } from '../../output/output.js';
import { ProgressBar } from '../../output/progress-bar.js';
import type { EvaluateFlags } from './command.js';
import { printEvaluation } from './print.js';
import { selectSamples } from './select.js';

/** `saker evaluate`. */
export async function evaluate(
  this: CliContext,
  flags: EvaluateFlags,
  model: string,
  data: string,
): Promise<void> {
  const out = new Output(this, flags);
  const metadata = await metadataFor(model, flags);
  const predictor = await Predictor.load(model, { metadata, tta: flags.tta });
  const bar = new ProgressBar(out);
  try {
    const dataset = await scanDataset(data);
    const { split, samples, failures: unreadable } = await selectSamples(dataset, flags, predictor.metadata);
    const result = await evaluateModel(predictor, samples, {
      labels: dataset.classes,
      onProgress: (done, total) => {
        if (out.interactive && !out.quiet)
          bar.update(done / total, 'evaluating', `${done}/${total} pictures`);
      },
    });
    bar.clear();
    const report =
      flags.report === undefined
        ? null
        : await writeReport(flags.report, {
            evaluation: result,
            metadata: predictor.metadata,
            model: { name: basename(model), hash: await predictor.hash() },
            data: { path: data, split, hash: dataset.hash },
          });
    const failures = [...unreadable, ...result.failures];
    for (const { path, error } of failures)
      out.warn(`left out ${printable(path)}: ${error.code} ${error.message}`);
    printEvaluation(out, result, flags.tta === undefined ? split : `${split}, ${flags.tta}`);
    if (failures.length > 0) out.line(`\n${failures.length} pictures could not be read and count nowhere`);
    if (report) out.line(`\nreport ${report.html}`);
    const { accuracy, macroF1, weightedF1, logLoss, topK, confusion, perClass, labels, seconds } = result;
    out.json({
      accuracy,
      macroF1,
      confusion,
      perClass,
      samples: result.samples,
      labels,
      split,
      ...(flags.tta === undefined ? {} : { tta: flags.tta }),
      weightedF1,
      logLoss,
      topK,
      failures: failures.map(({ path, error }) => ({ file: path, code: error.code, message: error.message })),
      seconds,
      imagesPerSecond: result.imagesPerSecond,
      report: report?.html ?? null,
    });
  } finally {
    bar.clear();
    await predictor.close();
  }
}
