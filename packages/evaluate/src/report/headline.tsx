import type { JSX } from 'preact';
import type { EvaluationResult } from '../evaluation/types.js';
import { wilsonInterval } from '../metrics/wilson-interval.js';
import { topConfusions } from './confusions.js';
import { count, figure, percent, plural, visible } from './format.js';

export interface Tile {
  readonly name: string;
  readonly value: string;
  readonly note: string;
}

/** Figures side by side. */
export function Tiles({ tiles }: { tiles: readonly Tile[] }): JSX.Element {
  return (
    <dl class="tiles">
      {tiles.map((tile) => (
        <div key={tile.name}>
          <dt>{tile.name}</dt>
          <dd>
            <strong>{tile.value}</strong>
            <span>{tile.note}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** How well the probability of the positive class tells the two apart. */
function binaryTiles({ binary }: EvaluationResult): Tile[] {
  if (!binary) return [];
  const shown = (value: number | null) => (value === null ? 'none' : figure(value, 3));
  return [
    { name: 'ROC AUC', value: shown(binary.rocAuc), note: `of ${visible(binary.positive)}` },
    {
      name: 'Average precision',
      value: shown(binary.averagePrecision),
      note: `of ${visible(binary.positive)}`,
    },
    {
      name: 'Threshold',
      value: figure(binary.threshold, 3),
      note: `${visible(binary.positive)} from there on`,
    },
  ];
}

/** What a model that abstains answers. */
function selectiveTiles({ selective, samples }: EvaluationResult): Tile[] {
  if (!selective) return [];
  const { threshold, answered, coverage, accuracy } = selective;
  return [
    {
      name: 'Coverage',
      value: percent(coverage),
      note: `${count(answered)} of ${plural(samples, 'picture')} answered, from ${figure(threshold, 3)} on`,
    },
    {
      name: 'Selective accuracy',
      value: accuracy === null ? 'none' : percent(accuracy),
      note: 'of the pictures answered',
    },
  ];
}

function tilesOf(result: EvaluationResult): Tile[] {
  const right = Math.round(result.accuracy * result.samples);
  const [low, high] = wilsonInterval(result.accuracy, result.samples);
  const topK: Tile = {
    name: `Top-${result.topK.k} accuracy`,
    value: percent(result.topK.accuracy),
    note: `true class among the first ${result.topK.k}`,
  };
  const guess = 1 / Math.max(1, result.labels.length);
  return [
    {
      name: 'Accuracy',
      value: percent(result.accuracy),
      note: `95% interval ${percent(low)} to ${percent(high)}`,
    },
    ...selectiveTiles(result),
    ...binaryTiles(result),
    { name: 'Macro F1', value: figure(result.macroF1, 3), note: 'mean over classes' },
    { name: 'Weighted F1', value: figure(result.weightedF1, 3), note: 'classes by their size' },
    ...(result.labels.length > result.topK.k ? [topK] : []),
    {
      name: 'Log loss',
      value: figure(result.logLoss, 3),
      note: `even guessing: ${figure(-Math.log(guess), 3)}`,
    },
    {
      name: 'Pictures',
      value: count(result.samples),
      note: `${count(right)} right, ${count(result.samples - right)} wrong`,
    },
  ];
}

/** What the figures come to, in words. */
function Summary({ result }: { result: EvaluationResult }): JSX.Element {
  const right = Math.round(result.accuracy * result.samples);
  const seen = result.perClass.filter((c) => c.support > 0);
  const weakest = seen.length > 1 ? seen.reduce((a, b) => (b.f1 < a.f1 ? b : a)) : null;
  const [worst] = topConfusions(result, 1);
  return (
    <p class="lead">
      The model names {count(right)} of {plural(result.samples, 'picture')} correctly.{' '}
      {weakest && weakest.f1 < 1 && (
        <>
          Its weakest class is <b>{visible(weakest.label)}</b> (F1 {figure(weakest.f1, 3)}).{' '}
        </>
      )}
      {worst && (
        <>
          The most frequent error: <b>{visible(worst.truth)}</b> taken for <b>{visible(worst.predicted)}</b> (
          {plural(worst.count, 'time')}, {percent(worst.share)} of that class).{' '}
        </>
      )}
      {result.failures.length > 0 && (
        <>
          <a href="#h-failures">{plural(result.failures.length, 'picture')}</a> could not be read and count
          nowhere.
        </>
      )}
    </p>
  );
}

/** The figures that matter most, as tiles, and a sentence or two about them. */
export function Headline({ result }: { result: EvaluationResult }): JSX.Element {
  return (
    <section aria-label="Headline figures">
      <Summary result={result} />
      <Tiles tiles={tilesOf(result)} />
    </section>
  );
}
