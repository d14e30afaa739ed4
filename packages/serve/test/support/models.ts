/** Real models for tests: zoo networks with seeded weights, labelled and written to a temporary file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildModel, embedMetadata, writeModel } from '@saker/graph';
import { evalPipeline, makeModelMetadata } from '@saker/spec';
import { afterAll } from 'vitest';

export const LABELS = ['ant', 'bee', 'cat', 'dog', 'elk'];

/** A folder that lives as long as the test file. Call it at the top of the file: inside a test the clean-up is not registered. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'saker-serve-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a model of the zoo and returns its path. */
export function writeZooModel(folder: string, name: string, size: number): string {
  const metadata = makeModelMetadata({ labels: LABELS, eval: evalPipeline({ size }) });
  const model = embedMetadata(buildModel(name, { numClasses: LABELS.length, size, seed: 7 }), metadata);
  const file = join(folder, `${name}-${size}.onnx`);
  writeFileSync(file, writeModel(model));
  return file;
}

/** Abstains whatever it sees: no class has a probability of 1. */
export function unsureModel(folder: string): string {
  const evaluation = evalPipeline({ size: 32 });
  const metadata = makeModelMetadata({ labels: LABELS, eval: evaluation, abstain: { threshold: 1 } });
  const graph = buildModel('small_cnn', { numClasses: LABELS.length, size: 32, seed: 7 });
  const file = join(folder, 'unsure.onnx');
  writeFileSync(file, writeModel(embedMetadata(graph, metadata)));
  return file;
}

/** Its pipeline blows bright pixels up until the network overflows, an error of the inside; black pictures stay finite. */
export function overflowingModel(folder: string): string {
  const pipeline = evalPipeline({ size: 32, mean: [0, 0, 0], std: [1e-38, 1e-38, 1e-38] });
  const metadata = makeModelMetadata({ labels: LABELS, eval: pipeline });
  const file = join(folder, 'overflow.onnx');
  const model = buildModel('small_cnn', { numClasses: LABELS.length, seed: 7 });
  writeFileSync(file, writeModel(embedMetadata(model, metadata)));
  return file;
}

/** Answers in well under a millisecond of inference. */
export const fastModel = (folder: string): string => writeZooModel(folder, 'small_cnn', 32);
/** Takes tens of milliseconds a picture, so that queues form. */
export const slowModel = (folder: string): string => writeZooModel(folder, 'mobilenet_v2', 448);
