import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildModel, embedMetadata, writeModel } from '@saker/graph';
import { evalPipeline, makeModelMetadata } from '@saker/spec';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';

const SAKER = fileURLToPath(new URL('../bin/saker.js', import.meta.url));
const LABELS = ['a', 'b'];
const folder = mkdtempSync(join(tmpdir(), 'saker-abstain-'));
const data = join(folder, 'photos');

beforeAll(async () => {
  for (const [l, label] of LABELS.entries()) {
    mkdirSync(join(data, label), { recursive: true });
    for (let i = 0; i < 4; i++) {
      const background = { r: 60 * i, g: 250 - 60 * i, b: 120 * l };
      await sharp({ create: { width: 40, height: 40, channels: 3, background } }).toFile(
        join(data, label, `${i}.png`),
      );
    }
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

async function evaluate(threshold: number | null, ...flags: string[]): Promise<string> {
  const metadata = makeModelMetadata({
    labels: LABELS,
    eval: evalPipeline({ size: 32 }),
    abstain: threshold === null ? null : { threshold },
  });
  const model = join(folder, 'model.onnx');
  const graph = buildModel('small_cnn', { numClasses: 2, size: 32, seed: 1 });
  writeFileSync(model, writeModel(embedMetadata(graph, metadata)));
  const args = [SAKER, 'evaluate', model, data, ...flags];
  return (await promisify(execFile)(process.execPath, args)).stdout;
}

it('saker evaluate tells what a model that abstains answers, in words and in JSON', async () => {
  const text = await evaluate(1);
  expect(text).toContain('abstains below 1: answers 0.0 % of the pictures;');
  expect(text).toMatch(/^accuracy \d/);
  expect(await evaluate(0)).toMatch(
    /abstains below 0: answers 100\.0 % of the pictures, \d+\.\d % of those right;/,
  );
  const report = join(folder, 'report');
  const json = JSON.parse(
    (await evaluate(0, '--json', '--report', report)).trim().split('\n').at(-1) as string,
  );
  expect(json.selective).toEqual({ threshold: 0, answered: 8, coverage: 1, accuracy: json.accuracy });
  expect(json.riskCoverage.curve.at(-1)).toMatchObject({ coverage: 1, accuracy: json.accuracy });
  const written = JSON.parse(readFileSync(join(report, 'evaluation.json'), 'utf8'));
  expect(written.selective).toEqual(json.selective);
  expect(written.riskCoverage).toEqual(json.riskCoverage);
});

it('and says nothing of it where the file carries no threshold', async () => {
  const text = await evaluate(null, '--json');
  expect(text).not.toContain('abstains');
  const json = JSON.parse(text.trim().split('\n').at(-1) as string);
  expect(json).not.toHaveProperty('selective');
  expect(json.riskCoverage.aurc).toBeGreaterThanOrEqual(0);
});
