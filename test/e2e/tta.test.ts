import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saker, temporaryFolder } from '../fixtures/saker.js';
import { type Trained, trainShapes } from '../fixtures/trained.js';

const { folder, remove } = temporaryFolder('tta');
let trained: Trained;

beforeAll(async () => {
  trained = await trainShapes(folder, 14, 4);
}, 120_000);
afterAll(remove);

describe('--tta', () => {
  it('evaluates over several views, and says so', async () => {
    const plain = await saker(['evaluate', trained.model, trained.data, '--json']);
    expect(plain.json.tta).toBeUndefined();
    for (const tta of ['hflip', 'tencrop']) {
      const run = await saker(['evaluate', trained.model, trained.data, '--tta', tta, '--json']);
      expect({ status: run.status, tta: run.json.tta }).toEqual({ status: 0, tta });
      expect(run.json.samples).toBe(42);
      expect(run.json.logLoss).not.toBe(plain.json.logLoss);
    }
  }, 60_000);

  it('predicts over several views', async () => {
    const shape = join(trained.data, 'circle');
    const files = readdirSync(shape).map((name) => join(shape, name));
    const run = await saker(['predict', trained.model, ...files.slice(0, 3), '--tta', 'fivecrop', '--json']);
    expect(run.status).toBe(0);
    for (const { confidence, error } of run.json.results) {
      expect(error).toBeNull();
      expect(confidence).toBeGreaterThan(0.3);
    }
  }, 60_000);

  it('refuses a way that it does not know', async () => {
    const run = await saker(['evaluate', trained.model, trained.data, '--tta', 'sixcrop', '--json']);
    expect(run.status).not.toBe(0);
  });
});
