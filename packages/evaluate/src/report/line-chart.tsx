import type { JSX } from 'preact';
import { figure, visible } from './format.js';
import { linearScale, wholeTicks } from './scale.js';

/** One line; `kind` picks its look, so that lines differ by dash as well as by colour. */
export interface Line {
  readonly name: string;
  readonly kind: 'train' | 'val' | 'plain';
  readonly values: readonly number[];
}

/** A run of epochs that belong together; positions into the lines' values. */
export interface Band {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** A value drawn across the whole chart, to compare with. */
export interface Level {
  readonly name: string;
  readonly value: number;
}

export interface LineChartProps {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly epochs: readonly number[];
  readonly lines: readonly Line[];
  readonly bands: readonly Band[];
  readonly format?: (value: number) => string;
  readonly limits?: readonly [number, number];
  /** At most two, which differ by dash. */
  readonly levels?: readonly Level[];
  /** Position of the value that is marked as the best. */
  readonly mark?: number;
  /** What stands under the x axis; default: epoch. */
  readonly axis?: string;
}

const WIDTH = 340;
const HEIGHT = 230;
const BOX = { left: 46, right: 336, top: 24, bottom: 194 };

/** x of position i; one epoch alone stands in the middle. */
function xOf(i: number, n: number): number {
  return n === 1 ? (BOX.left + BOX.right) / 2 : BOX.left + 8 + (i / (n - 1)) * (BOX.right - BOX.left - 16);
}

function Bands({ bands, n }: { bands: readonly Band[]; n: number }): JSX.Element | null {
  if (bands.length < 2) return null;
  const edge = (i: number) => (i <= 0 ? BOX.left : i >= n ? BOX.right : (xOf(i - 1, n) + xOf(i, n)) / 2);
  return (
    <g>
      {bands.map((band, b) => {
        const [from, to] = [edge(band.from), edge(band.to + 1)];
        const room = Math.max(3, Math.floor((to - from) / 6.2));
        const name = visible(band.name);
        return (
          <g key={band.from}>
            <rect
              class={b % 2 ? 'band odd' : 'band'}
              x={from}
              y={BOX.top}
              width={to - from}
              height={BOX.bottom - BOX.top}
            />
            {b > 0 && <line class="phase" x1={from} x2={from} y1={BOX.top - 14} y2={BOX.bottom} />}
            <text class="phase-name" x={from + 4} y={BOX.top - 6}>
              {name.length > room ? `${name.slice(0, room - 1)}\u2026` : name}
            </text>
          </g>
        );
      })}
    </g>
  );
}

function Series({ line, y }: { line: Line; y: (value: number) => number }): JSX.Element {
  const n = line.values.length;
  const points = line.values
    .map((value, i) => ({ value, x: xOf(i, n), y: y(value) }))
    .filter((p) => Number.isFinite(p.value));
  const path = points.map((p) => `${p.x.toFixed(1)},${p.y.toFixed(1)}`).join(' ');
  const dots = n <= 40 ? points : points.slice(-1);
  return (
    <g class={`line ${line.kind}`}>
      {points.length > 1 && <polyline points={path} />}
      {dots.map((p) => (
        <circle key={p.x} cx={p.x.toFixed(1)} cy={p.y.toFixed(1)} r={n <= 40 ? 2.4 : 3} />
      ))}
    </g>
  );
}

function Levels({ levels, y }: { levels: readonly Level[]; y: (value: number) => number }): JSX.Element {
  return (
    <g>
      {levels.map(({ name, value }, i) => (
        <g key={name} class={i ? 'level second' : 'level'}>
          <polyline points={`${BOX.left},${y(value).toFixed(1)} ${BOX.right},${y(value).toFixed(1)}`} />
        </g>
      ))}
    </g>
  );
}

/** A line up at the best epoch, named on the side where there is room. */
function Mark({ at, n, top }: { at: number; n: number; top: number }): JSX.Element {
  const x = xOf(at, n);
  const right = x > (BOX.left + BOX.right) / 2;
  return (
    <g class="mark">
      <line x1={x} x2={x} y1={BOX.top} y2={BOX.bottom} />
      <text x={right ? x - 4 : x + 4} y={top} text-anchor={right ? 'end' : 'start'}>
        best
      </text>
    </g>
  );
}

/** A line chart over epochs, or other even steps, as inline SVG; colours come from the page's style sheet. */
export function LineChart(props: LineChartProps): JSX.Element {
  const { id, epochs, lines, format = figure, levels = [], mark } = props;
  const n = epochs.length;
  const y = linearScale(
    [...lines.flatMap((l) => l.values), ...levels.map(({ value }) => value)],
    [BOX.bottom - 4, BOX.top + 6],
    4,
    props.limits,
  );
  const first = epochs[0] ?? 0;
  const ticks = wholeTicks(0, n - 1, 7);
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-labelledby={`${id}-title ${id}-desc`}
      class="chart"
    >
      <title id={`${id}-title`}>{props.title}</title>
      <desc id={`${id}-desc`}>{props.description}</desc>
      <Bands bands={props.bands} n={n} />
      {y.ticks.map((tick) => (
        <g key={tick}>
          <line class="grid" x1={BOX.left} x2={BOX.right} y1={y.at(tick)} y2={y.at(tick)} />
          <text class="tick" x={BOX.left - 7} y={y.at(tick) + 3.5} text-anchor="end">
            {format(tick)}
          </text>
        </g>
      ))}
      {ticks.map((i) => (
        <text key={i} class="tick" x={xOf(i, n)} y={BOX.bottom + 16} text-anchor="middle">
          {epochs[i] ?? first + i}
        </text>
      ))}
      <text class="tick" x={(BOX.left + BOX.right) / 2} y={HEIGHT - 4} text-anchor="middle">
        {props.axis ?? 'epoch'}
      </text>
      <Levels levels={levels} y={y.at} />
      {mark !== undefined && <Mark at={mark} n={n} top={BOX.top + (props.bands.length > 1 ? 10 : -6)} />}
      {lines.map((line) => (
        <Series key={line.name} line={line} y={y.at} />
      ))}
    </svg>
  );
}
