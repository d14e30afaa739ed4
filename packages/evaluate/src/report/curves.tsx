import type { EpochRecord, Task } from '@saker/spec';
import type { ComponentChildren, JSX } from 'preact';
import { figure, percent, plural, visible } from './format.js';
import { type Band, type Level, type Line, LineChart, type LineChartProps } from './line-chart.js';
import { isShare, metricTitle } from './metric-names.js';

/** A figure to beat, drawn as a line across the chart of its metric. */
export interface Baseline {
  readonly name: string;
  /** By the run's names: valAccuracy, valMAP ... */
  readonly metric: string;
  /** Left out when it is not a number. */
  readonly value: number;
}

export interface CurvesProps {
  readonly history: readonly EpochRecord[];
  readonly task?: Task;
  /** The metric that decides which epoch is the best; it gets a chart of its own when no other shows it. */
  readonly monitor?: string;
  /** The best epoch; default: that with the best validation accuracy. */
  readonly best?: number;
  readonly baselines?: readonly Baseline[];
  /** What stands below the charts. */
  readonly children?: ComponentChildren;
}

interface Chart extends Pick<LineChartProps, 'id' | 'title' | 'lines' | 'format' | 'limits'> {
  /** What it shows, by the run's names. */
  readonly shows: readonly string[];
  readonly note: string;
}

/** How many baselines a chart tells apart. */
const MOST_LEVELS = 2;

function bandsOf(history: readonly EpochRecord[]): Band[] {
  const bands: Band[] = [];
  history.forEach(({ phase }, i) => {
    const last = bands.at(-1);
    if (last?.name === phase) bands[bands.length - 1] = { ...last, to: i };
    else bands.push({ name: phase, from: i, to: i });
  });
  return bands;
}

function Key({ lines, levels }: { lines: readonly Line[]; levels: readonly Level[] }): JSX.Element {
  const sample = (name: string, kind: string): JSX.Element => (
    <span key={name}>
      <svg viewBox="0 0 26 8" aria-hidden="true" class={kind}>
        <polyline points="1,4 25,4" />
      </svg>
      {name}
    </span>
  );
  return (
    <span class="key">
      {lines.map(({ name, kind }) => sample(name, `line ${kind}`))}
      {levels.map(({ name }, i) => sample(visible(name), i ? 'level second' : 'level'))}
    </span>
  );
}

function monitoredChart(history: readonly EpochRecord[], metric: string): Chart[] {
  const values = history.map(({ metrics }) => metrics?.[metric] ?? Number.NaN);
  if (!values.some(Number.isFinite)) return [];
  const title = metricTitle(metric);
  const last = values.at(-1) as number;
  return [
    {
      id: 'monitored',
      title,
      shows: [metric],
      lines: [{ name: 'validation', kind: 'val', values }],
      note: `At the end ${figure(last, 3)}; this decides which epoch is the best.`,
      ...(isShare(metric) && { limits: [0, 1] as const }),
    },
  ];
}

function chartsOf({ history, task, monitor, best }: CurvesProps): Chart[] {
  const of = (name: string, kind: Line['kind'], field: keyof EpochRecord): Line => ({
    name,
    kind,
    values: history.map((record) => record[field] as number),
  });
  const last = history.at(-1) as EpochRecord;
  const top = history.reduce((a, b) => (b.valAccuracy > a.valAccuracy ? b : a));
  const marked = history.find(({ epoch }) => epoch === best);
  const accuracy = metricTitle('valAccuracy', task);
  const shown = ['trainLoss', 'valLoss', 'trainAccuracy', 'valAccuracy'];
  return [
    {
      id: 'loss',
      title: 'Loss',
      shows: ['trainLoss', 'valLoss'],
      lines: [of('training', 'train', 'trainLoss'), of('validation', 'val', 'valLoss')],
      note: `At the end ${figure(last.trainLoss, 3)} in training and ${figure(last.valLoss, 3)} in validation.`,
    },
    ...(monitor === undefined || shown.includes(monitor) ? [] : monitoredChart(history, monitor)),
    {
      id: 'acc',
      title: accuracy,
      shows: ['trainAccuracy', 'valAccuracy'],
      lines: [of('training', 'train', 'trainAccuracy'), of('validation', 'val', 'valAccuracy')],
      note: marked
        ? `In validation ${percent(marked.valAccuracy)} in epoch ${marked.epoch}.`
        : `Best in validation: ${percent(top.valAccuracy)} in epoch ${top.epoch}.`,
      format: (v: number) => percent(v, 0),
      limits: [0, 1] as const,
    },
    {
      id: 'lr',
      title: 'Learning rate',
      shows: ['lr'],
      lines: [of('learning rate', 'plain', 'lr')],
      note: `From ${figure(history[0]?.lr ?? 0, 3)} to ${figure(last.lr, 3)}.`,
    },
  ];
}

/** Loss, accuracy, what is monitored, and learning rate by epoch; nothing when there is no epoch. */
export function Curves(props: CurvesProps): JSX.Element | null {
  const { history, best, baselines = [] } = props;
  if (history.length === 0) return null;
  const bands = bandsOf(history);
  const mark = history.findIndex(({ epoch }) => epoch === best);
  const levelsOf = ({ shows }: Chart): Level[] =>
    baselines
      .filter(({ metric, value }) => shows.includes(metric) && Number.isFinite(value))
      .slice(0, MOST_LEVELS);
  const phases = bands
    .map((b) => `${visible(b.name)} (${plural(b.to - b.from + 1, 'epoch')})`)
    .join(', then ');
  return (
    <section aria-labelledby="h-curves">
      <h2 id="h-curves">Learning curves</h2>
      <p>
        Phases: {phases}.{mark >= 0 && ` The upright line marks the best epoch, ${best}.`}
      </p>
      <div class="charts">
        {chartsOf(props).map((chart) => {
          const { shows: _, note, ...drawn } = chart;
          const levels = levelsOf(chart);
          const told = levels.map(({ name, value }) => `${visible(name)} ${(chart.format ?? figure)(value)}`);
          const description = [note, ...told.map((text) => `Baseline: ${text}.`)].join(' ');
          return (
            <figure key={chart.id}>
              <LineChart
                {...drawn}
                description={description}
                epochs={history.map((r) => r.epoch)}
                bands={bands}
                levels={levels}
                {...(mark >= 0 && { mark })}
              />
              <figcaption>
                <b>{chart.title}</b>{' '}
                {chart.lines.length + levels.length > 1 && <Key lines={chart.lines} levels={levels} />} {note}
              </figcaption>
            </figure>
          );
        })}
      </div>
      {props.children}
    </section>
  );
}
