import { SakerError } from '@saker/spec';
import type { ComponentChildren, JSX } from 'preact';
import type { ClassResult, EvaluationResult } from '../evaluation/types.js';
import { topConfusions } from './confusions.js';
import { count, percent, plural, visible } from './format.js';

/** Rows shown at once; the rest of a long table is folded. */
const OPEN_ROWS = 40;
const MOST_CONFUSIONS = 10;

/** A share as a number over a bar. */
export function Bar({ share }: { share: number }): JSX.Element {
  return (
    <td class="bar">
      <span>{share.toFixed(3)}</span>
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect class="rail" width="100" height="6" rx="3" />
        <rect class="fill" width={(share * 100).toFixed(1)} height="6" rx="3" />
      </svg>
    </td>
  );
}

function ClassRows({ rows, caption }: { rows: readonly ClassResult[]; caption: string }): JSX.Element {
  return (
    <div class="scroll">
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Class</th>
            <th scope="col" aria-sort="ascending">
              F1
            </th>
            <th scope="col">Precision</th>
            <th scope="col">Recall</th>
            <th scope="col" class="n">
              Pictures
            </th>
            <th scope="col" class="n">
              Predicted
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.label}>
              <th scope="row">
                <bdi>{visible(row.label)}</bdi>
              </th>
              <Bar share={row.f1} />
              <Bar share={row.precision} />
              <Bar share={row.recall} />
              <td class="n">{count(row.support)}</td>
              <td class="n">{count(row.predicted)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Per-class figures, the weakest first. Classes that occur neither as truth nor as prediction are only counted. */
export function ClassTable({ result }: { result: EvaluationResult }): JSX.Element {
  const rows = result.perClass
    .filter((c) => c.support > 0 || c.predicted > 0)
    .sort((a, b) => a.f1 - b.f1 || b.support - a.support || (a.label < b.label ? -1 : 1));
  const absent = result.perClass.length - rows.length;
  const rest = rows.slice(OPEN_ROWS);
  return (
    <section aria-labelledby="h-classes">
      <h2 id="h-classes">Classes</h2>
      <p>
        Precision: of the pictures given this label, the share that is right. Recall: of the pictures of this
        class, the share that was found. F1 is their harmonic mean.
        {absent > 0 &&
          ` ${plural(absent, 'class', 'classes')} of the model occur neither in the data nor in the predictions.`}
      </p>
      <ClassRows rows={rows.slice(0, OPEN_ROWS)} caption="Figures by class, weakest F1 first" />
      {rest.length > 0 && (
        <details>
          <summary>{plural(rest.length, 'more class', 'more classes')}</summary>
          <ClassRows rows={rest} caption="Figures by class, continued" />
        </details>
      )}
    </section>
  );
}

/** The most frequent confusions; nothing when there are no errors. */
export function ConfusionTable({ result }: { result: EvaluationResult }): JSX.Element | null {
  const rows = topConfusions(result, MOST_CONFUSIONS);
  if (rows.length === 0 || result.labels.length < 3) return null;
  return (
    <div class="scroll beside">
      <table>
        <caption>Most frequent confusions</caption>
        <thead>
          <tr>
            <th scope="col">True class</th>
            <th scope="col">Taken for</th>
            <th scope="col" class="n">
              Pictures
            </th>
            <th scope="col" class="n">
              Share of the class
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.truth}\n${row.predicted}`}>
              <th scope="row">
                <bdi>{visible(row.truth)}</bdi>
              </th>
              <td>
                <bdi>{visible(row.predicted)}</bdi>
              </td>
              <td class="n">{count(row.count)}</td>
              <td class="n">{percent(row.share)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A picture that could not be read, and why. */
export interface FailedPicture {
  readonly path: string;
  readonly error: SakerError;
}

/** An error's sentence with "The picture" for the path, which stands beside it. */
function withoutFile({ code, params }: SakerError): string {
  const { file: _, ...rest } = params;
  return new SakerError(code, rest).message;
}

/** Pictures that could not be read, each with its code and sentence; nothing when there are none. */
export function FailureTable({
  failures,
  most = failures.length,
}: {
  failures: readonly FailedPicture[];
  /** Rows of a long table; the rest is counted. */
  most?: number;
}): JSX.Element | null {
  if (failures.length === 0) return null;
  const rows: ComponentChildren = failures.slice(0, most).map(({ path, error }) => (
    <tr key={path}>
      <th scope="row" class="path">
        <bdi>{visible(path)}</bdi>
      </th>
      <td>
        <code>{error.code}</code>
      </td>
      <td>{visible(withoutFile(error))}</td>
    </tr>
  ));
  return (
    <section aria-labelledby="h-failures">
      <h2 id="h-failures">Pictures that could not be read</h2>
      <div class="scroll">
        <table>
          <caption>
            {plural(failures.length, 'picture')} left out of every figure above
            {failures.length > most && `, the first ${most} of them`}
          </caption>
          <thead>
            <tr>
              <th scope="col">File</th>
              <th scope="col">Code</th>
              <th scope="col">What is wrong</th>
            </tr>
          </thead>
          <tbody>{rows}</tbody>
        </table>
      </div>
    </section>
  );
}
