/** A curve drawn with characters, for terminals and logs. */

export interface PlotOptions {
  /** Columns of the drawing area; default 64. */
  readonly columns?: number;
  /** Rows; default 12. */
  readonly rows?: number;
  /** Positions along the curve that get a mark below the axis, with their sign. */
  readonly marks?: readonly { readonly at: number; readonly sign: string }[];
}

/** Mean of the values that fall into each column. */
function columnsOf(values: readonly number[], columns: number): number[] {
  const width = Math.min(columns, values.length);
  return Array.from({ length: width }, (_, c) => {
    const part = values.slice(
      Math.floor((c * values.length) / width),
      Math.floor(((c + 1) * values.length) / width),
    );
    return part.reduce((a, b) => a + b, 0) / part.length;
  });
}

/**
 * Draws `values` from left to right, one `*` a column, with the least and the greatest value at the left. Values that
 * are not finite leave their column empty.
 */
export function plot(values: readonly number[], options: PlotOptions = {}): string {
  const { columns = 64, rows = 12, marks = [] } = options;
  const heights = columnsOf(values, columns);
  const finite = heights.filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const span = high - low || 1;
  const labels = [high.toPrecision(3), low.toPrecision(3)] as const;
  const margin = Math.max(labels[0].length, labels[1].length);
  const rowOf = (value: number): number => Math.round(((high - value) / span) * (rows - 1));
  const lines = Array.from({ length: rows }, (_, row) => {
    const label = row === 0 ? labels[0] : row === rows - 1 ? labels[1] : '';
    const cells = heights
      .map((value) => (Number.isFinite(value) && rowOf(value) === row ? '*' : ' '))
      .join('');
    return `${label.padStart(margin)} |${cells}`.trimEnd();
  });
  const below = new Array<string>(heights.length).fill('-');
  for (const { at, sign } of marks) {
    const column = Math.min(heights.length - 1, Math.floor((at * heights.length) / values.length));
    below[column] = sign;
  }
  return [...lines, `${' '.repeat(margin)} +${below.join('')}`].join('\n');
}
