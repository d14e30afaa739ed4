import type { EpochRecord } from '@saker/spec';
import type { JSX } from 'preact';
import { figure, percent, plural, visible } from './format.js';
import { type Band, type Line, LineChart } from './line-chart.js';

function bandsOf(history: readonly EpochRecord[]): Band[] {
  const bands: Band[] = [];
  history.forEach(({ phase }, i) => {
    const last = bands.at(-1);
    if (last?.name === phase) bands[bands.length - 1] = { ...last, to: i };
    else bands.push({ name: phase, from: i, to: i });
  });
  return bands;
}

function Key({ lines }: { lines: readonly Line[] }): JSX.Element {
  return (
    <span class="key">
      {lines.map((line) => (
        <span key={line.name}>
          <svg viewBox="0 0 26 8" aria-hidden="true" class={`line ${line.kind}`}>
            <polyline points="1,4 25,4" />
          </svg>
          {line.name}
        </span>
      ))}
    </span>
  );
}

/** Loss, accuracy and learning rate by epoch, from the metadata's history; nothing when there is none. */
export function Curves({ history }: { history: readonly EpochRecord[] }): JSX.Element | null {
  if (history.length === 0) return null;
  const of = (name: string, kind: Line['kind'], field: keyof EpochRecord): Line => ({
    name,
    kind,
    values: history.map((record) => record[field] as number),
  });
  const bands = bandsOf(history);
  const best = history.reduce((a, b) => (b.valAccuracy > a.valAccuracy ? b : a));
  const last = history.at(-1) as EpochRecord;
  const charts = [
    {
      id: 'loss',
      title: 'Loss',
      lines: [of('training', 'train', 'trainLoss'), of('validation', 'val', 'valLoss')],
      note: `At the end ${figure(last.trainLoss, 3)} in training and ${figure(last.valLoss, 3)} in validation.`,
    },
    {
      id: 'acc',
      title: 'Accuracy',
      lines: [of('training', 'train', 'trainAccuracy'), of('validation', 'val', 'valAccuracy')],
      note: `Best in validation: ${percent(best.valAccuracy)} in epoch ${best.epoch}.`,
      format: (v: number) => percent(v, 0),
      limits: [0, 1] as const,
    },
    {
      id: 'lr',
      title: 'Learning rate',
      lines: [of('learning rate', 'plain', 'lr')],
      note: `From ${figure(history[0]?.lr ?? 0, 3)} to ${figure(last.lr, 3)}.`,
    },
  ];
  const phases = bands
    .map((b) => `${visible(b.name)} (${plural(b.to - b.from + 1, 'epoch')})`)
    .join(', then ');
  return (
    <section aria-labelledby="h-curves">
      <h2 id="h-curves">Learning curves</h2>
      <p>Phases: {phases}.</p>
      <div class="charts">
        {charts.map(({ note, ...chart }) => (
          <figure key={chart.id}>
            <LineChart {...chart} description={note} epochs={history.map((r) => r.epoch)} bands={bands} />
            <figcaption>
              <b>{chart.title}</b> {chart.lines.length > 1 && <Key lines={chart.lines} />} {note}
            </figcaption>
          </figure>
        ))}
      </div>
    </section>
  );
}
