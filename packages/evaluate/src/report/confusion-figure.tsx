import type { JSX } from 'preact';
import type { EvaluationResult } from '../evaluation/types.js';
import { clip, count, percent, plural, visible } from './format.js';
import { ConfusionTable } from './tables.js';

/** More classes than this are drawn without the rest: those with the most errors are kept. */
const MOST_CLASSES = 100;
/** Up to this many classes the counts are written into the cells, and given as a table too. */
const WITH_NUMBERS = 24;

interface Cell {
  readonly row: number;
  readonly column: number;
  readonly value: number;
  /** Of the row's pictures, 0..1. */
  readonly share: number;
}

/** Indices of the classes to draw, in class order. */
function shownClasses({ perClass, confusion }: EvaluationResult): number[] {
  const present = perClass
    .map((_, i) => i)
    .filter((i) => perClass[i]!.support > 0 || perClass[i]!.predicted > 0);
  if (present.length <= MOST_CLASSES) return present;
  const errors = (i: number) => {
    const { support, predicted } = perClass[i]!;
    return support + predicted - 2 * confusion[i]![i]!;
  };
  return present
    .sort((a, b) => errors(b) - errors(a) || a - b)
    .slice(0, MOST_CLASSES)
    .sort((a, b) => a - b);
}

function cellsOf(result: EvaluationResult, shown: readonly number[]): Cell[] {
  return shown.flatMap((r, row) =>
    shown.flatMap((c, column) => {
      const value = result.confusion[r]![c]!;
      return value === 0 ? [] : [{ row, column, value, share: value / result.perClass[r]!.support }];
    }),
  );
}

/** In user units, which are pixels where there is room. */
interface Sizes {
  readonly cell: number;
  readonly font: number;
  /** Room for the row labels; the slanted column labels need a share of it. */
  readonly margin: number;
  readonly labels: readonly string[];
  readonly width: number;
}

/** Sizes by the number of classes: few classes get large cells with numbers, many get small ones. */
function sizesOf(labels: readonly string[]): Sizes {
  const n = labels.length;
  const cell = n <= 3 ? 92 : n <= 6 ? 64 : n <= 12 ? 46 : n <= WITH_NUMBERS ? 32 : n <= 50 ? 18 : 9.5;
  const font = n <= 12 ? 13 : n <= WITH_NUMBERS ? 12 : n <= 50 ? 11 : 8.6;
  const clipped = labels.map((label) => clip(visible(label), 22));
  const longest = Math.max(...clipped.map((label) => [...label].length));
  const margin = Math.max(48, longest * font * 0.6 + 14);
  return { cell, font, margin, labels: clipped, width: margin + 26 + cell * n + margin * 0.66 };
}

function Cells({
  cells,
  cell,
  font,
  names,
}: {
  cells: readonly Cell[];
  cell: number;
  font: number;
  names: readonly string[];
}): JSX.Element {
  const numbers = cell >= 32;
  return (
    <g>
      {cells.map(({ row, column, value, share }) => {
        // Rare errors must stay visible: the root lifts small shares.
        const strength = 0.1 + 0.9 * Math.sqrt(share);
        return (
          <g key={`${row}-${column}`}>
            <rect
              class={row === column ? 'hit' : 'miss'}
              x={column * cell + 0.5}
              y={row * cell + 0.5}
              width={cell - 1}
              height={cell - 1}
              rx={cell > 20 ? 3 : 1}
              fill-opacity={strength.toFixed(3)}
            >
              <title>
                {`${names[row]} taken for ${names[column]}: ${value} (${percent(share)} of ${names[row]})`}
              </title>
            </rect>
            {numbers && (
              <text
                class={strength > 0.62 ? 'on' : 'off'}
                x={column * cell + cell / 2}
                y={row * cell + cell / 2 + font * 0.36}
                font-size={font}
                text-anchor="middle"
              >
                {value}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}

function Matrix({
  result,
  shown,
  sizes,
}: {
  result: EvaluationResult;
  shown: readonly number[];
  sizes: Sizes;
}): JSX.Element {
  const { cell, font, margin, labels, width } = sizes;
  const side = cell * shown.length;
  const top = margin * 0.78 + 28;
  const names = shown.map((i) => visible(result.labels[i]!));
  return (
    <svg
      viewBox={`0 0 ${width.toFixed(0)} ${(top + side + 6).toFixed(0)}`}
      style={`max-width:${Math.round(width)}px`}
      role="img"
      aria-labelledby="cm-title cm-desc"
      class="matrix"
    >
      <title id="cm-title">Confusion matrix</title>
      <desc id="cm-desc">Rows are true classes, columns are predicted classes.</desc>
      <text class="axis" x={margin + 26} y={14} font-size={12}>
        predicted class {'\u2192'}
      </text>
      <text class="axis" transform={`translate(12 ${top}) rotate(-90)`} font-size={12} text-anchor="end">
        {'\u2190'} true class
      </text>
      <g transform={`translate(${(margin + 26).toFixed(1)} ${top.toFixed(1)})`}>
        <rect class="frame" x={0} y={0} width={side} height={side} />
        {labels.map((label, i) => (
          <g key={names[i]}>
            {cell >= 18 && i > 0 && (
              <g class="rule">
                <line x1={0} x2={side} y1={i * cell} y2={i * cell} />
                <line y1={0} y2={side} x1={i * cell} x2={i * cell} />
              </g>
            )}
            <text x={-7} y={i * cell + cell / 2 + font * 0.35} font-size={font} text-anchor="end">
              {label}
            </text>
            <text
              transform={`translate(${i * cell + cell / 2 + font * 0.2} -7) rotate(-52)`}
              font-size={font}
            >
              {label}
            </text>
          </g>
        ))}
        <Cells cells={cellsOf(result, shown)} cell={cell} font={font} names={names} />
      </g>
    </svg>
  );
}

function AsTable({ result, shown }: { result: EvaluationResult; shown: readonly number[] }): JSX.Element {
  return (
    <details>
      <summary>The matrix as a table</summary>
      <div class="scroll">
        <table class="numbers">
          <caption>Counts by true class (rows) and predicted class (columns)</caption>
          <thead>
            <tr>
              <th scope="col">true \ predicted</th>
              {shown.map((c) => (
                <th key={c} scope="col">
                  {visible(result.labels[c]!)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((r) => (
              <tr key={r}>
                <th scope="row">{visible(result.labels[r]!)}</th>
                {shown.map((c) => (
                  <td key={c}>{count(result.confusion[r]![c]!)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

/** The confusion matrix drawn as SVG, with its table for readers that cannot see it. */
export function ConfusionFigure({ result }: { result: EvaluationResult }): JSX.Element {
  const shown = shownClasses(result);
  const sizes = sizesOf(shown.map((i) => result.labels[i]!));
  const hidden = result.perClass.filter((c) => c.support > 0 || c.predicted > 0).length - shown.length;
  return (
    <section aria-labelledby="h-confusion">
      <h2 id="h-confusion">Confusion matrix</h2>
      <div class="side-by-side">
        <figure style={`flex-basis:${Math.max(360, Math.round(sizes.width))}px`}>
          <Matrix result={result} shown={shown} sizes={sizes} />
          <figcaption>
            Each row is a true class and sums to its pictures; each column is a predicted class.{' '}
            <span class="swatch hit" /> right, <span class="swatch miss" /> wrong; the stronger, the larger
            the share of the row.
            {hidden > 0 &&
              ` Shown are the ${shown.length} classes with the most errors; ${plural(hidden, 'class', 'classes')} left out.`}
          </figcaption>
        </figure>
        <ConfusionTable result={result} />
      </div>
      {shown.length <= WITH_NUMBERS && <AsTable result={result} shown={shown} />}
    </section>
  );
}
