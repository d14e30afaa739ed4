/** The log of a server, in memory. */
import { Writable } from 'node:stream';

export interface MemoryLog {
  readonly stream: Writable;
  lines(): Record<string, unknown>[];
}

export function memoryLog(): MemoryLog {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return {
    stream,
    lines: () =>
      text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
  };
}
