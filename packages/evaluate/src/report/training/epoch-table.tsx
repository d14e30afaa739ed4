import type { JSX } from 'preact';
import { figure, visible } from '../format.js';
import { metricTitle } from '../metric-names.js';
import { furtherMetrics } from './summary.js';
import type { TrainingReportInput } from './training-input.js';

const DIGITS = 5;

/** Every epoch's figures in numbers, for reading them off and for readers that cannot see the curves. */
export function EpochTable({ input }: { input: TrainingReportInput }): JSX.Element | null {
  const { epochs, best, task } = input;
  if (epochs.length === 0) return null;
  const metrics = ['trainLoss', 'valLoss', 'trainAccuracy', 'valAccuracy', ...furtherMetrics(epochs)];
  const title = (name: string): string =>
    name === 'valAccuracy' ? `${metricTitle(name, task)}, validation` : metricTitle(name, task);
  return (
    <details>
      <summary>The curves as a table</summary>
      <div class="scroll">
        <table class="numbers">
          <caption>Figures by epoch; the best is marked with a star</caption>
          <thead>
            <tr>
              <th scope="col">Epoch</th>
              <th scope="col">Phase</th>
              {metrics.map((name) => (
                <th key={name} scope="col">
                  {visible(title(name))}
                </th>
              ))}
              <th scope="col">Learning rate</th>
              <th scope="col">Pictures per second</th>
              <th scope="col">Seconds</th>
            </tr>
          </thead>
          <tbody>
            {epochs.map((epoch) => (
              <tr key={epoch.epoch}>
                <th scope="row">{epoch.epoch === best ? `${epoch.epoch} \u2605` : epoch.epoch}</th>
                <td>{visible(epoch.phase)}</td>
                {metrics.map((name) => (
                  <td key={name}>{figure(epoch.metrics[name] ?? Number.NaN, DIGITS)}</td>
                ))}
                <td>{figure(epoch.lr, DIGITS)}</td>
                <td>{figure(epoch.imagesPerSecond, 3)}</td>
                <td>{figure(epoch.seconds, 3)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
