/** One line that is redrawn in place on a terminal, at most ten times a second. */
import type { Output } from './output.js';

const REDRAW_MS = 100;
const WIDTH = 24;

export class ProgressBar {
  #drawnAt = 0;
  #visible = false;
  readonly #out: Output;
  readonly #now: () => number;

  constructor(out: Output, now: () => number = () => performance.now()) {
    this.#out = out;
    this.#now = now;
  }

  /**
   * Draws `prefix [====>   ]  45% suffix`, cut to the terminal's width.
   * @param share 0..1
   */
  update(share: number, prefix: string, suffix: string): void {
    const now = this.#now();
    if (this.#visible && share < 1 && now - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = now;
    this.#visible = true;
    const clamped = Math.min(1, Math.max(0, share));
    const full = Math.round(clamped * WIDTH);
    const bar = `${'='.repeat(full)}${' '.repeat(WIDTH - full)}`;
    const line = `${prefix} [${bar}] ${String(Math.floor(clamped * 100)).padStart(3)}%  ${suffix}`;
    this.#out.draw(`\r\u001b[2K${line.slice(0, Math.max(20, this.#out.columns - 1))}`);
  }

  /** Removes the line, so that something else can be printed. */
  clear(): void {
    if (!this.#visible) return;
    this.#visible = false;
    this.#out.draw('\r\u001b[2K');
  }
}
