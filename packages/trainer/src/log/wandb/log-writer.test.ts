import { describe, expect, it } from 'vitest';
import { readLog } from '../../../test/wandb-reader.js';
import { LogWriter } from './log-writer.js';

describe('LogWriter', () => {
  // A block is 32,768 bytes, its first has 7 of the file's header, a chunk 7 of its own.
  const LEFT = 32_768 - 7 - 7;

  it.each([0, 1, LEFT - 15, LEFT - 14, LEFT - 8, LEFT - 7, LEFT - 6, LEFT - 1, LEFT, LEFT + 1, 70_000])(
    'frames records so that they come back, the first of %i bytes',
    (length) => {
      const records = [length, 5, 100_000, 0, 33].map((n, k) => Buffer.alloc(n, k + 1));
      const writer = new LogWriter();
      const file = Buffer.concat([writer.start(), ...records.map((record) => writer.frame(record))]);
      expect(readLog(file).map((r) => r.toString('hex'))).toEqual(records.map((r) => r.toString('hex')));
    },
  );
});
