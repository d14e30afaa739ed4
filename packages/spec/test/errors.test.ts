import { ERRORS, type ErrorCode, SakerError } from '@saker/spec';
import { describe, expect, it } from 'vitest';

describe('the error registry', () => {
  it('gives every code a sentence, a hint, an HTTP status and a non-zero exit code', () => {
    for (const [code, entry] of Object.entries(ERRORS)) {
      expect(code).toMatch(/^E_[A-Z]+(_[A-Z]+)*$/);
      expect(entry.sentence, code).toMatch(/[.}]$/);
      expect(entry.hint, code).not.toBe('');
      expect(entry.httpStatus, code).toBeGreaterThanOrEqual(400);
      expect(entry.exitCode, code).toBeGreaterThan(0);
      expect(entry.exitCode, code).toBeLessThan(256);
    }
  });

  it('never gives two codes the same sentence', () => {
    const sentences = Object.values(ERRORS).map((entry) => entry.sentence);
    expect(new Set(sentences).size).toBe(sentences.length);
  });
});

describe('SakerError', () => {
  it('fills the sentence and the hint, and travels as JSON', () => {
    const error = new SakerError('E_ARG_INVALID', { name: 'size', expected: '8..4096', received: 7 });
    expect(error.message).toBe('Expected 8..4096 for size, received 7.');
    expect(error.hint).toBe('Change size to an allowed value.');
    expect(error.httpStatus).toBe(400);
    const copy = SakerError.fromJSON(JSON.parse(JSON.stringify(error)));
    expect(copy).toEqual(error);
  });

  it('names the picture once a caller knows its file', () => {
    const error = new SakerError('E_IMAGE_TRUNCATED', { detail: 'no end marker' });
    expect(error.message).toBe('The picture is cut short: no end marker.');
    expect(error.with({ file: 'a.jpg' }).message).toBe('a.jpg is cut short: no end marker.');
  });

  it('makes an internal error of anything else, and keeps the cause', () => {
    const cause = new RangeError('boom');
    const error = SakerError.from(cause);
    expect(error.code).toBe('E_INTERNAL');
    expect(error.cause).toBe(cause);
    expect(SakerError.from(error)).toBe(error);
    expect(new SakerError('E_NOPE' as ErrorCode).code).toBe('E_INTERNAL');
  });

  it('tells an array that found no memory', () => {
    const failure = (bytes: () => unknown): SakerError => {
      try {
        bytes();
      } catch (error) {
        return SakerError.from(error);
      }
      throw new Error('64 TiB were had');
    };
    expect(failure(() => new ArrayBuffer(2 ** 46)).code).toBe('E_MEMORY');
    // A length that no array may have is a mistake of ours, whatever memory there is.
    expect(failure(() => new Uint8Array(-1)).code).toBe('E_INTERNAL');
  });

  it('gives RFC 9457 problem details without a stack', () => {
    const problem = new SakerError('E_BODY_TOO_LARGE', { limit: 5 }).toProblem();
    expect(problem).toMatchObject({ status: 413, title: 'E_BODY_TOO_LARGE', code: 'E_BODY_TOO_LARGE' });
    expect(JSON.stringify(problem)).not.toContain('at ');
  });
});
