/** A linear map from data to pixels. */
export interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** The round step (1, 2 or 5 times a power of ten) that cuts a span into at most `parts`. */
function niceStep(span: number, parts: number): number {
  const raw = span / parts;
  const power = 10 ** Math.floor(Math.log10(raw));
  const lead = raw / power;
  return (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10) * power;
}

/**
 * Fits values into a pixel range with round ends and at most `parts` + 2 ticks. A constant gets room on both sides.
 * @param limits hard ends, for example [0, 1] for shares.
 */
export function linearScale(
  values: readonly number[],
  range: readonly [number, number],
  parts = 5,
  limits: readonly [number, number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
): Scale {
  const finite = values.filter(Number.isFinite);
  let low = finite.length ? Math.min(...finite) : 0;
  let high = finite.length ? Math.max(...finite) : 1;
  const size = Math.max(Math.abs(low), Math.abs(high));
  // Spans that float64 cannot cut into steps count as constant.
  if (high - low <= Math.max(1e-15, size * 1e-9)) {
    const room = size > 1e-12 ? size / 10 : 0.5;
    low = Math.max(limits[0], low - room);
    high = Math.min(limits[1], high + room);
  }
  const step = niceStep(high - low, parts);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const [from, to] = [first * step, last * step];
  const at = (value: number) => range[0] + ((value - from) / (to - from)) * (range[1] - range[0]);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
  return { at, ticks };
}

/** Whole numbers from low to high, at most `most` of them, evenly apart and starting with low. */
export function wholeTicks(low: number, high: number, most: number): number[] {
  const step = Math.max(1, high - low < most ? 1 : niceStep(high - low, most - 1));
  const ticks = [];
  for (let tick = low === 1 && step > 1 ? step : low; tick <= high; tick += step) ticks.push(tick);
  return ticks;
}
