import type { JSX } from 'preact';
import type { EvaluationResult } from '../evaluation/types.js';
import { figure, percent } from './format.js';
import { LineChart } from './line-chart.js';
import { Bar } from './tables.js';

/** Accuracy of a single-label model that answers only from a probability on; nothing when it was not measured. */
export function RiskCoverage({ result }: { result: EvaluationResult }): JSX.Element | null {
  const { riskCoverage, selective } = result;
  if (!riskCoverage || riskCoverage.curve.length < 2) return null;
  const { aurc, curve } = riskCoverage;
  const [first] = curve;
  const last = curve.at(-1);
  if (!first || !last) return null;
  const note =
    `${percent(first.accuracy)} of the surest ${percent(first.coverage)} of the pictures are right, ` +
    `${percent(last.accuracy)} of all.`;
  return (
    <section aria-labelledby="h-selective">
      <h2 id="h-selective">Answering only when sure</h2>
      <p>
        What is left when pictures are answered from a probability on, the surest first. A model file may
        carry such a threshold as <code>abstain</code>
        {selective
          ? `; this one abstains below ${figure(selective.threshold, 3)}.`
          : '; this one carries none.'}{' '}
        The area under the curve of wrong answers (AURC) is {figure(aurc, 3)}; 0 is best.
      </p>
      <div class="charts">
        <figure>
          <LineChart
            id="selective"
            title="Accuracy of the pictures answered"
            description={note}
            epochs={curve.map(({ coverage }) => Math.round(100 * coverage))}
            lines={[{ name: 'accuracy', kind: 'plain', values: curve.map(({ accuracy }) => accuracy) }]}
            bands={[]}
            format={(v) => percent(v, 0)}
            axis="% of the pictures answered"
          />
          <figcaption>
            <b>Accuracy of the pictures answered</b> {note}
          </figcaption>
        </figure>
        <div class="scroll">
          <table>
            <caption>What a threshold comes to on these pictures</caption>
            <thead>
              <tr>
                <th scope="col" class="n">
                  Threshold
                </th>
                <th scope="col">Answered</th>
                <th scope="col">Accuracy</th>
              </tr>
            </thead>
            <tbody>
              {curve.map(({ threshold, coverage, accuracy }) => (
                <tr key={threshold}>
                  <td class="n">{figure(threshold, 7)}</td>
                  <Bar share={coverage} />
                  <Bar share={accuracy} />
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </section>
  );
}
