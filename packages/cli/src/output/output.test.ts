import { describe, expect, it } from 'vitest';
import type { CliContext } from '../context.js';
import { Output, printable } from './output.js';
import { ProgressBar } from './progress-bar.js';
import { percent, table } from './table.js';

function capture(env: Record<string, string> = {}, isTTY = false) {
  const text = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    isTTY,
    columns: 60,
    write: (chunk: string) => {
      text[name] += chunk;
    },
  });
  const context = {
    process: { stdout: stream('stdout'), stderr: stream('stderr'), env },
  } as unknown as CliContext;
  return { text, context };
}

describe('Output', () => {
  it('writes results to stdout and notes to stderr', () => {
    const { text, context } = capture();
    const out = new Output(context, { json: false, quiet: false });
    out.line('result');
    out.note('note');
    out.json({ a: 1 });
    expect(text).toEqual({ stdout: 'result\n', stderr: 'note\n' });
  });

  it('prints one object and nothing else on stdout with --json', () => {
    const { text, context } = capture();
    const out = new Output(context, { json: true, quiet: false });
    out.line('result');
    out.json({ a: 'x\ny' });
    expect(text.stdout).toBe('{"a":"x\\ny"}\n');
  });

  it('keeps warnings but no notes with --quiet', () => {
    const { text, context } = capture();
    const out = new Output(context, { json: true, quiet: true });
    out.note('note');
    out.warn('careful');
    expect(text.stderr).toBe('warning: careful\n');
  });

  it('colours nothing when piped, with NO_COLOR, or on a dumb terminal', () => {
    for (const [env, tty] of [
      [{}, false],
      [{ NO_COLOR: '1' }, true],
      [{ TERM: 'dumb' }, true],
    ] as const) {
      const { text, context } = capture(env, tty);
      new Output(context, { json: false, quiet: false }).warn('x');
      expect(text.stderr).toBe('warning: x\n');
    }
  });

  it('takes control characters out of names', () => {
    expect(printable('a\u001b[31mb\u001b[0m\nc\u0007')).toBe('ab?c?');
  });
});

describe('ProgressBar', () => {
  it('redraws one line no more than ten times a second and cuts it to the terminal', () => {
    const { text, context } = capture({}, true);
    let now = 0;
    const bar = new ProgressBar(new Output(context, { json: false, quiet: false }), () => now);
    bar.update(0.1, 'epoch 1/2', 'x'.repeat(100));
    bar.update(0.2, 'epoch 1/2', 'skipped');
    now = 150;
    bar.update(0.5, 'epoch 1/2', 'loss 0.5');
    bar.clear();
    const lines = text.stderr.split('\r\u001b[2K').slice(1);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toHaveLength(59);
    expect(lines[1]).toContain(' 50%  loss 0.5');
    expect(lines[2]).toBe('');
  });

  it('draws the end even when it comes at once', () => {
    const { text, context } = capture({}, true);
    const bar = new ProgressBar(new Output(context, { json: false, quiet: false }), () => 0);
    bar.update(0.1, 'a', 'b');
    bar.update(1, 'a', 'b');
    expect(text.stderr).toContain('100%');
  });
});

describe('table', () => {
  it('lines up columns with two spaces between and no trailing space', () => {
    const text = table(
      [{ title: 'class' }, { title: 'F1', align: 'right' }],
      [
        ['cat', '9 %'],
        ['a long name', '100.0 %'],
      ],
    );
    expect(text.split('\n')).toEqual([
      'class             F1',
      'cat              9 %',
      'a long name  100.0 %',
    ]);
  });
});

describe('figures for people', () => {
  it('rounds shares to a tenth of a percent', () => {
    expect([percent(0.93149), percent(1), percent(Number.NaN)]).toEqual(['93.1 %', '100.0 %', '-']);
  });
});
