import { ERRORS, type ErrorCode } from '@saker/spec';
import { expect } from 'vitest';
import type { Reply } from './client.js';

/** The answer is the problem of this code, with its status, and leaks nothing of the inside. */
export function expectProblem(reply: Reply, code: ErrorCode): void {
  expect(reply.body).toMatchObject({ code, status: ERRORS[code].httpStatus, title: code });
  expect(reply.status).toBe(ERRORS[code].httpStatus);
  expect(reply.headers.get('content-type')).toContain('application/problem+json');
  expect(JSON.stringify(reply.body)).not.toMatch(/\bat .*:\d+|node_modules|\/packages\/|\.js\b/);
}
