import { appendFileSync, closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { SakerError } from '@saker/spec';
import type { MlflowRun } from './client.js';
import type { MlflowOperation } from './operations.js';

/** How far a spool was sent: so many operations, and the run they went to. */
interface Sent {
  readonly sent: number;
  readonly run: MlflowRun | null;
}

/**
 * The file beside a run that keeps every operation until the server has it: JSON lines, operations and marks of how far
 * they were sent. Only ever appended to, so that a killed process loses nothing that it wrote.
 */
export class Spool {
  /** Why nothing more is kept; null: all is well. */
  failure: Error | null = null;
  private readonly fd: number;

  /** Opens for appending; makes the file. @throws SakerError E_FILE_WRITE. */
  constructor(readonly file: string) {
    try {
      this.fd = openSync(file, 'a');
    } catch (cause) {
      throw new SakerError('E_FILE_WRITE', { file, detail: (cause as Error).message }, { cause });
    }
  }

  add(operation: MlflowOperation): void {
    this.append(operation);
  }

  mark(sent: number, run: MlflowRun | null): void {
    this.append({ sent, run } satisfies Sent);
  }

  close({ remove }: { readonly remove: boolean }): void {
    closeSync(this.fd);
    if (remove) rmSync(this.file, { force: true });
  }

  /**
   * What a spool holds. A line that a kill cut short at the end is left out.
   * @throws SakerError E_FILE_NOT_FOUND, E_FILE_READ, E_CONFIG_INVALID for a file that is no spool.
   */
  static read(file: string): { readonly operations: MlflowOperation[] } & Sent {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      if (code === 'ENOENT') throw new SakerError('E_FILE_NOT_FOUND', { file }, { cause });
      throw new SakerError('E_FILE_READ', { file, detail: message }, { cause });
    }
    const lines = text.split('\n');
    const operations: MlflowOperation[] = [];
    let state: Sent = { sent: 0, run: null };
    lines.forEach((line, i) => {
      if (line === '') return;
      try {
        const value = JSON.parse(line) as MlflowOperation | Sent;
        if ('op' in value) operations.push(value);
        else if (Number.isInteger(value.sent)) state = value;
        else throw new Error('neither an operation nor a mark');
      } catch (cause) {
        if (i === lines.length - 1) return;
        const detail = `line ${i + 1} is no line of an MLflow spool: ${(cause as Error).message}`;
        throw new SakerError('E_CONFIG_INVALID', { file, detail }, { cause });
      }
    });
    return { operations, ...state };
  }

  /** Small lines, straight to the operating system: a queue here would be lost with the process. */
  private append(value: object): void {
    if (this.failure) return;
    try {
      appendFileSync(this.fd, `${JSON.stringify(value)}\n`);
    } catch (error) {
      this.failure = error as Error;
    }
  }
}
