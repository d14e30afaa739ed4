import { ERRORS, type ErrorCode, SakerError } from '@saker/spec';
import { describe, expect, it } from 'vitest';
import { publicError } from './errors.js';

describe('publicError', () => {
  it('shows errors about the request, and hides what names the inside', () => {
    const secret = '/srv/models/secret.onnx';
    for (const code of Object.keys(ERRORS) as ErrorCode[]) {
      const shown = publicError(new SakerError(code, { file: secret, detail: secret }), 'id-1');
      if (ERRORS[code].httpStatus < 500) expect(shown.code).toBe(code);
      else if (shown.code === 'E_INTERNAL') {
        expect(shown.message).toContain('id-1');
        expect(shown.message).not.toContain(secret);
      } else expect(ERRORS[code].exitCode).toBe(7);
    }
  });
});
