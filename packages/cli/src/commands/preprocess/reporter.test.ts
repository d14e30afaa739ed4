import { expect, it } from 'vitest';
import type { CliContext } from '../../context.js';
import { Output } from '../../output/output.js';
import { PreprocessReporter } from './reporter.js';

function reporter(isTTY: boolean, quiet = false) {
  const seen = { text: '', now: 0 };
  const stream = {
    isTTY,
    columns: 100,
    write: (chunk: string) => {
      seen.text += chunk;
    },
  };
  const context = { process: { stdout: stream, stderr: stream, env: {} } } as unknown as CliContext;
  return {
    seen,
    report: new PreprocessReporter(new Output(context, { json: false, quiet }), () => seen.now),
  };
}

const at = (done: number, worked: number) => ({ done, total: 1000, worked, shards: 4 });

it('redraws a bar with rate and time left on a terminal, from the first picture on', () => {
  const { seen, report } = reporter(true);
  report.scan(256, 1000);
  expect(seen.text).toContain('scanning 256/1000 [');
  seen.now = 100;
  report.progress(at(500, 0));
  expect(seen.text).toContain('- images/s  ETA -');
  seen.now = 110;
  report.progress(at(600, 100));
  expect(seen.text).toContain('600/1000 [');
  expect(seen.text).toContain('60%  10 images/s  ETA 40 s');
});

it('writes a plain line every half minute where there is no terminal, and none with --quiet', () => {
  const { seen, report } = reporter(false);
  const quiet = reporter(false, true);
  for (let second = 0; second <= 70; second += 1) {
    for (const one of [{ seen, report }, quiet]) {
      one.seen.now = second;
      one.report.progress(at(second, second));
    }
  }
  expect(seen.text).toBe('30/1000  1 images/s  ETA 16 min 10 s\n60/1000  1 images/s  ETA 15 min 40 s\n');
  expect(quiet.seen.text).toBe('');
});
