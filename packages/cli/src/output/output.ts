/** Where a command writes: results to stdout, progress and notes to stderr, and with --json one JSON line. */
import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import type { CliContext } from '../context.js';
import type { CommonFlags } from '../flags/common.js';

export type Colors = ReturnType<typeof pc.createColors>;

/** Control characters in file names and labels must not steer a terminal or break a line. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/\p{Cc}/gu, '?');
}

export class Output {
  /** Standard error is a terminal and may be redrawn. */
  readonly interactive: boolean;
  readonly color: Colors;
  readonly noteColor: Colors;
  readonly columns: number;
  readonly #context: CliContext;
  readonly #flags: CommonFlags;

  constructor(context: CliContext, flags: CommonFlags) {
    const { env, stdout, stderr } = context.process;
    this.#context = context;
    this.#flags = flags;
    const colors = !env.NO_COLOR && env.TERM !== 'dumb';
    this.interactive = Boolean(stderr.isTTY) && env.TERM !== 'dumb' && !env.CI;
    this.color = pc.createColors(colors && Boolean(stdout.isTTY));
    this.noteColor = pc.createColors(colors && Boolean(stderr.isTTY));
    // A terminal that does not know its width says 0.
    this.columns = stderr.columns || 100;
  }

  get quiet(): boolean {
    return this.#flags.quiet;
  }

  /** A line of the result for people; left out with --json, whose object says the same. */
  line(text = ''): void {
    if (!this.#flags.json) this.#context.process.stdout.write(`${text}\n`);
  }

  /** A line about how it goes, on standard error; left out with --quiet. */
  note(text: string): void {
    if (!this.#flags.quiet) this.#context.process.stderr.write(`${text}\n`);
  }

  /** A warning: shown with --quiet too. */
  warn(text: string): void {
    this.#context.process.stderr.write(`${this.noteColor.yellow('warning')}: ${text}\n`);
  }

  /** Raw text for a progress bar on standard error. */
  draw(text: string): void {
    this.#context.process.stderr.write(text);
  }

  /** The object of --json: must be the last thing a command prints. */
  json(value: object): void {
    if (this.#flags.json) this.#context.process.stdout.write(`${JSON.stringify(value)}\n`);
  }
}
