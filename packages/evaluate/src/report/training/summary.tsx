import type { JSX } from 'preact';
import { count, figure, percent, plural, visible } from '../format.js';
import { type Tile, Tiles } from '../headline.js';
import { metricTitle } from '../metric-names.js';
import type { TrainedEpoch, TrainingReportInput } from './training-input.js';

/** A metric's value as tiles and tables show it. */
export const metricValue = (metric: string, value: number): string =>
  /accuracy/i.test(metric) ? percent(value) : figure(value, 4);

/** The epoch whose figures stand for the run; with averaged weights, theirs. */
function shipped({ epochs, best, averaged, monitor }: TrainingReportInput): Record<string, number> | null {
  const epoch = epochs.find((one) => one.epoch === best);
  if (!epoch) return null;
  const own = { ...epoch.metrics, valAccuracy: epoch.valAccuracy, valLoss: epoch.valLoss };
  return averaged ? { [monitor]: averaged.value, valAccuracy: averaged.valAccuracy } : own;
}

function tilesOf(input: TrainingReportInput): Tile[] {
  const { epochs, monitor, task, planned, best, averaged, counts, baselines } = input;
  const figures = shipped(input) ?? {};
  const source = averaged ? 'of the averaged weights' : `of epoch ${best}`;
  const tile = (metric: string): Tile[] => {
    const value = figures[metric];
    if (value === undefined) return [];
    const [toBeat] = baselines
      .filter((one) => one.metric === metric && Number.isFinite(one.value))
      .sort((a, b) => b.value - a.value);
    const beat = toBeat ? `, baseline ${metricValue(metric, toBeat.value)}` : '';
    return [{ name: metricTitle(metric, task), value: metricValue(metric, value), note: `${source}${beat}` }];
  };
  const others = ['valAccuracy', 'valMacroF1', 'valMicroF1', 'valF1', 'valAveragePrecision', 'valLoss'];
  const seconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  const speed = epochs.reduce((sum, epoch) => sum + epoch.imagesPerSecond, 0) / Math.max(1, epochs.length);
  return [
    ...[...new Set([monitor, ...others])].flatMap(tile),
    { name: 'Epochs', value: count(epochs.length), note: `of ${planned}, ${figure(seconds, 3)} s in all` },
    { name: 'Speed', value: figure(speed, 3), note: 'training pictures per second' },
    {
      name: 'Pictures',
      value: count(counts.train),
      note: `and ${count(counts.val)} for validation${counts.test ? `, ${count(counts.test)} for the test` : ''}`,
    },
  ];
}

function Verdict({ input }: { input: TrainingReportInput }): JSX.Element | null {
  const { monitor, best, baselines, averaged } = input;
  const value = shipped(input)?.[monitor];
  if (value === undefined) return null;
  const rivals = baselines.filter((one) => one.metric === monitor && Number.isFinite(one.value));
  const top = rivals.sort((a, b) => b.value - a.value)[0];
  return (
    <>
      {averaged
        ? 'The model file holds averaged weights, which are better than any epoch. '
        : `The model file holds epoch ${best}. `}
      {top && (
        <>
          {value > top.value ? 'It beats ' : 'It does not beat '}
          <b>{visible(top.name)}</b> ({metricValue(monitor, top.value)}).
        </>
      )}
    </>
  );
}

/** How far the run is, what came of it, and the figures that matter most. */
export function Summary({ input }: { input: TrainingReportInput }): JSX.Element {
  const { failures, gradientWarnings } = input;
  return (
    <section aria-label="Headline figures">
      <p class="lead">
        {visible(input.state)} <Verdict input={input} />{' '}
        {failures.length > 0 && (
          <>
            <a href="#h-failures">{plural(failures.length, 'picture')}</a> could not be read and count
            nowhere.{' '}
          </>
        )}
        {gradientWarnings !== null && gradientWarnings.length > 0 && (
          <a href="#h-gradients">{plural(gradientWarnings.length, 'gradient warning')}.</a>
        )}
      </p>
      <Tiles tiles={tilesOf(input)} />
    </section>
  );
}

/** Names of the metrics beside losses and accuracies that every epoch has. */
export function furtherMetrics(epochs: readonly TrainedEpoch[]): string[] {
  const shown = new Set(['trainLoss', 'valLoss', 'trainAccuracy', 'valAccuracy']);
  return Object.keys(epochs[0]?.metrics ?? {}).filter((name) => !shown.has(name));
}
