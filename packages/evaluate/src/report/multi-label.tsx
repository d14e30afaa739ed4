import type { JSX } from 'preact';
import type { MultiLabelMistake, MultiLabelResult } from '../evaluation/evaluate-multi-label.js';
import { clip, count, figure, percent, plural, visible } from './format.js';
import { type Tile, Tiles } from './headline.js';
import { Bar } from './tables.js';

const MOST_MISTAKES = 40;

function tilesOf(result: MultiLabelResult): Tile[] {
  const right = Math.round(result.subsetAccuracy * result.samples);
  return [
    { name: 'mAP', value: figure(result.mAP, 3), note: 'mean average precision over labels' },
    { name: 'Micro F1', value: figure(result.microF1, 3), note: 'over all decisions' },
    { name: 'Macro F1', value: figure(result.macroF1, 3), note: 'mean over labels' },
    {
      name: 'All labels right',
      value: percent(result.subsetAccuracy),
      note: `${count(right)} of ${plural(result.samples, 'picture')}`,
    },
    {
      name: 'Hamming loss',
      value: figure(result.hammingLoss, 3),
      note: 'share of decisions that are wrong',
    },
    { name: 'Log loss', value: figure(result.logLoss, 3), note: `even guessing: ${figure(Math.LN2, 3)}` },
  ];
}

/** Figures of every label, the weakest first. */
export function LabelTable({ result }: { result: MultiLabelResult }): JSX.Element {
  const rows = [...result.perLabel].sort(
    (a, b) => (a.averagePrecision ?? 2) - (b.averagePrecision ?? 2) || (a.label < b.label ? -1 : 1),
  );
  return (
    <section aria-labelledby="h-labels">
      <h2 id="h-labels">Labels</h2>
      <p>
        Average precision looks at the order of the probabilities alone; precision, recall and F1 at what is
        told from the threshold on.
      </p>
      <div class="scroll">
        <table>
          <caption>Figures by label, lowest average precision first</caption>
          <thead>
            <tr>
              <th scope="col">Label</th>
              <th scope="col" aria-sort="ascending">
                Average precision
              </th>
              <th scope="col">F1</th>
              <th scope="col">Precision</th>
              <th scope="col">Recall</th>
              {['Pictures', 'Told', 'Threshold'].map((title) => (
                <th key={title} scope="col" class="n">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.label}>
                <th scope="row">
                  <bdi>{visible(row.label)}</bdi>
                </th>
                {row.averagePrecision === null ? <td>no picture</td> : <Bar share={row.averagePrecision} />}
                <Bar share={row.f1} />
                <Bar share={row.precision} />
                <Bar share={row.recall} />
                <td class="n">{count(row.support)}</td>
                <td class="n">{count(row.predicted)}</td>
                <td class="n">{figure(row.threshold, 3)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const list = (labels: readonly string[]): string => visible(labels.join(', ') || 'none');

/** Pictures with a wrong label, the clearest first. */
export function MistakeTable({ mistakes }: { mistakes: readonly MultiLabelMistake[] }): JSX.Element {
  const shown = mistakes.slice(0, MOST_MISTAKES);
  return (
    <section aria-labelledby="h-mistakes">
      <h2 id="h-mistakes">Clearest mistakes</h2>
      {shown.length === 0 ? (
        <p>There are none: every picture got all of its labels and no other.</p>
      ) : (
        <div class="scroll">
          <table>
            <caption>
              {plural(mistakes.length, 'picture')} with a wrong label
              {mistakes.length > shown.length && `, the ${shown.length} furthest from their threshold`}
            </caption>
            <thead>
              <tr>
                <th scope="col">Picture</th>
                <th scope="col">True labels</th>
                <th scope="col">Told</th>
                <th scope="col">Most clearly wrong</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((mistake) => (
                <tr key={mistake.name}>
                  <th scope="row" class="path" title={visible(mistake.name)}>
                    <bdi>{clip(visible(mistake.name), 44, 'start')}</bdi>
                  </th>
                  <td>
                    <bdi>{list(mistake.truth)}</bdi>
                  </td>
                  <td>
                    <bdi>{list(mistake.predicted)}</bdi>
                  </td>
                  <td>
                    <bdi>{visible(mistake.worst)}</bdi> {percent(mistake.confidence, 0)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

/** The figures of a multi-label model. */
export function MultiLabelFigures({ result }: { result: MultiLabelResult }): JSX.Element {
  return (
    <>
      <section aria-label="Headline figures">
        <Tiles tiles={tilesOf(result)} />
      </section>
      <MistakeTable mistakes={result.mistakes} />
      <LabelTable result={result} />
    </>
  );
}
