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
  /** The model names no class: none is probable enough. */
  readonly abstained: boolean;
  /** All labels told: of a multi-label model any number. */
  readonly labels: readonly { readonly label: string; readonly index: number; readonly confidence: number }[];
  readonly topK: readonly { readonly label: string; readonly index: number; readonly confidence: number }[];
  readonly error: { readonly code: string; readonly message: string; readonly hint: string } | null;
}

function toResult(file: string, prediction: Prediction): Result {
  if (prediction.ok) {
    const { label, confidence, abstained, labels, topK } = prediction;
    return { file, label, confidence, abstained, labels, topK, error: null };
  }
  const { code, message, hint } = prediction.error.with({ file });
  const error = { code, message, hint };
  return { file, label: null, confidence: null, abstained: false, labels: [], topK: [], error };
}

/** One line of a multi-label model: the labels told with their probabilities, then the most probable of the others. */
function labelsRow(result: Result): string[] {
  const said = ({ label, confidence }: { label: string; confidence: number }) =>
    `${label} ${percent(confidence)}`;
  if (result.error) return [result.file, 'error', `${result.error.code} ${result.error.message}`];
  const told = new Set(result.labels.map(({ index }) => index));
  const others = result.topK.filter(({ index }) => !told.has(index));
  return [result.file, result.labels.map(said).join(', ') || '(none)', others.map(said).join(', ')];
}

function row(result: Result): string[] {
  if (result.error) return [result.file, 'error', '', `${result.error.code} ${result.error.message}`];
  const others = result.topK
    .filter(({ label }) => label !== result.label)
    .map((entry) => `${entry.label} ${percent(entry.confidence)}`);
  const told = result.abstained ? '(abstained)' : (result.label ?? '');
  return [result.file, told, percent(result.confidence ?? Number.NaN), others.join(', ')];
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
  const many = predictor.metadata.task === 'multi-label';
  out.line(
    many
      ? table([{ title: 'file' }, { title: 'labels' }, { title: 'others' }], results.map(labelsRow))
      : table(
          [
            { title: 'file' },
            { title: 'label' },
            { title: 'confidence', align: 'right' },
            { title: 'others' },
          ],
          results.map(row),
        ),
  );
  const failed = firstError as SakerError | null;
  if (failed && results.every((result) => result.error)) this.process.exitCode = failed.exitCode;
  out.json({ model, results });
}
