import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blackPng } from '../fixtures/huge-png.js';
import { type Served, STACK_TRACE, serveModel, temporaryFolder } from '../fixtures/saker.js';
import { type Trained, trainShapes } from '../fixtures/trained.js';

const { folder, remove } = temporaryFolder('bad-uploads');
let trained: Trained;
let server: Served;

beforeAll(async () => {
  trained = await trainShapes(folder, 12, 1);
  server = await serveModel(trained.model);
});
afterAll(async () => {
  await server?.stop();
  remove();
});

async function upload(body: Uint8Array | string, type: string) {
  const response = await fetch(`${server.url}/predict`, {
    method: 'POST',
    body,
    headers: { 'content-type': type },
  });
  const text = await response.text();
  return { status: response.status, text, problem: JSON.parse(text) };
}

function multipart(bytes: Uint8Array): FormData {
  const form = new FormData();
  form.append('file', new Blob([bytes]), 'upload.png');
  return form;
}

const good = (): Buffer => readFileSync(join(trained.data, 'circle', '000.png'));

describe('uploads that cannot be classified', () => {
  it.each([
    ['0 bytes', () => new Uint8Array(0), 400, 'E_IMAGE_EMPTY'],
    ['100 megapixels', () => blackPng(10_000, 10_000), 413, 'E_IMAGE_TOO_LARGE'],
    ['text', () => Buffer.from('hello'), 415, 'E_IMAGE_FORMAT'],
    ['half a picture', () => good().subarray(0, good().length >> 1), 422, 'E_IMAGE_TRUNCATED'],
  ])(
    'get %s: a status, a code, a sentence and a hint, raw and as a form',
    async (_name, make, status, code) => {
      const bytes = make();
      const raw = await upload(bytes, 'image/png');
      expect(raw).toMatchObject({ status, problem: { code, status } });
      expect(raw.problem.detail).toMatch(/\.$/);
      expect(raw.problem.hint).not.toBe('');
      expect(raw.text).not.toMatch(STACK_TRACE);
      const response = await fetch(`${server.url}/predict`, { method: 'POST', body: multipart(bytes) });
      expect(response.status).toBe(status);
      expect(await response.json()).toMatchObject({ code });
    },
  );

  it('get a refusal of other bodies, and of JSON that is none', async () => {
    expect(await upload('a=1', 'application/x-www-form-urlencoded')).toMatchObject({
      status: 415,
      problem: { code: 'E_MEDIA_TYPE' },
    });
    expect(await upload('{"image":', 'application/json')).toMatchObject({
      status: 400,
      problem: { code: 'E_BODY_INVALID' },
    });
    expect(await upload('{}', 'application/json')).toMatchObject({
      status: 400,
      problem: { code: 'E_BODY_INVALID' },
    });
  });

  it('get 413 for a body over the limit', async () => {
    const { status, problem } = await upload(new Uint8Array(21 * 1024 * 1024), 'image/png');
    expect({ status, code: problem.code }).toEqual({ status: 413, code: 'E_BODY_TOO_LARGE' });
  });

  it('leave the server able to answer the next picture', async () => {
    const response = await fetch(`${server.url}/predict`, { method: 'POST', body: multipart(good()) });
    expect(response.status).toBe(200);
    expect(await response.json()).toHaveProperty('label');
  });
});
