import { type Prediction, Predictor } from '@saker/evaluate';
import { SakerError } from '@saker/spec';
import type { CliContext } from '../../context.js';
import { metadataFor } from '../../flags/metadata.js';
import { Output } from '../../output/output.js';
import { percent, table } from '../../output/table.js';
import type { PredictFlags } from './command.js';
import { type PictureArgument, pictureArguments } from './files.js';

/** Pictures read and classified at a time: bounds memory for folders of any size. */
const CHUNK = 64;

interface Result {
  readonly file: string;
  readonly label: string | null;
  readonly confidence: number | null;
  readonly topK: readonly { readonly label: string; readonly index: number; readonly confidence: number }[];
  readonly error: { readonly code: string; readonly message: string; readonly hint: string } | null;
}

function toResult(file: string, prediction: Prediction): Result {
  if (prediction.ok) {
    const { label, confidence, topK } = prediction;
    return { file, label, confidence, topK, error: null };
  }
  const { code, message, hint } = prediction.error.with({ file });
  return { file, label: null, confidence: null, topK: [], error: { code, message, hint } };
}

function row(result: Result): string[] {
  if (result.error) return [result.file, 'error', '', `${result.error.code} ${result.error.message}`];
  const others = result.topK.slice(1).map((entry) => `${entry.label} ${percent(entry.confidence)}`);
  return [result.file, result.label ?? '', percent(result.confidence ?? Number.NaN), others.join(', ')];
}

/** `saker predict`. */
export async function predict(this: CliContext, flags: PredictFlags, ...args: string[]): Promise<void> {
  const out = new Output(this, flags);
  const [model = '', ...given] = args;
  const metadata = await metadataFor(model, flags);
  const files = await pictureArguments(given);
  if (files.length === 0) throw new SakerError('E_DATA_EMPTY', { path: given.join(', ') });
  const predictor = await Predictor.load(model, { metadata, tta: flags.tta });
  const results: Result[] = [];
  let firstError: SakerError | null = null;
  try {
    for (let at = 0; at < files.length; at += CHUNK) {
      const chunk = files.slice(at, at + CHUNK);
      const inputs = chunk.map(({ input }) => input);
      const predictions = await predictor.predict(inputs, { topK: flags.topK });
      predictions.forEach((prediction, i) => {
        results.push(toResult((chunk[i] as PictureArgument).file, prediction));
        if (!prediction.ok) firstError ??= prediction.error;
      });
      if (out.interactive && files.length > CHUNK) out.note(`${results.length}/${files.length}`);
    }
  } finally {
    await predictor.close();
  }
  const rows = results.map(row);
  out.line(
    table(
      [{ title: 'file' }, { title: 'label' }, { title: 'confidence', align: 'right' }, { title: 'others' }],
      rows,
    ),
  );
  const failed = firstError as SakerError | null;
  if (failed && results.every((result) => result.error)) this.process.exitCode = failed.exitCode;
  out.json({ model, results });
}
