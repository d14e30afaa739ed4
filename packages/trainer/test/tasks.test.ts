import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scanDataset, splitDataset } from '@saker/dataset';
import { evaluateModel, evaluateMultiLabel, Predictor } from '@saker/evaluate';
import { buildModel, readMetadata, readModel, writeModel } from '@saker/graph';
import { fit, type TrainEvent } from '@saker/trainer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeShapes } from './pictures.js';

let root: string;
let data: string;
let tags: string;
const quick = {
  model: 'small_cnn',
  size: 32,
  epochs: 4,
  batchSize: 8,
  seed: 3,
  threads: 1,
  mixup: 0,
} as const;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'saker-tasks-'));
  data = join(root, 'shapes');
  await writeShapes(data, 24);
  const scanned = await scanDataset(data);
  // Two labels at once: the shape, and whether its picture has an even number.
  const rows = scanned.samples.map(({ name, label }, i) => {
    const labels = [scanned.classes[label], ...(i % 2 === 0 ? ['even'] : [])].filter(
      (word) => word !== scanned.classes[0],
    );
    return `shapes/${name},${labels.join('|')}`;
  });
  tags = join(root, 'tags.csv');
  await writeFile(tags, `path,labels\n${rows.join('\n')}\n`);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const eventsOf = () => {
  const events: TrainEvent[] = [];
  const find = <T extends TrainEvent['type']>(type: T) =>
    events.find((event) => event.type === type) as Extract<TrainEvent, { type: T }>;
  return { events, find, onEvent: (event: TrainEvent) => void events.push(event) };
};

const refused = (promise: Promise<unknown>, code: string, text: RegExp) =>
  expect(promise).rejects.toMatchObject({ code, message: expect.stringMatching(text) });

describe('a multi-label run', () => {
  it('is what data with a column of labels gets; figures and thresholds are those of the file', async () => {
    const out = join(root, 'multi.onnx');
    const { events, find, onEvent } = eventsOf();
    const result = await fit({ ...quick, data: tags, out, mixup: 0.2, epochs: 6 }, { onEvent });
    expect(find('run-start').config).toMatchObject({ task: 'multi', loss: 'bce', labelSmoothing: 0 });
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'note', message: expect.stringMatching(/no label/) }),
    );
    const [first, last] = [result.history[0]!, result.history.at(-1)!];
    expect(last.trainLoss).toBeLessThan(first.trainLoss);
    expect(Object.keys(last.metrics)).toEqual(
      expect.arrayContaining(['valMAP', 'valMicroF1', 'valMacroF1', 'valHammingLoss']),
    );
    const values = result.history.map(({ metrics }) => metrics.valMAP as number);
    expect(result.bestMetric).toEqual({ name: 'valMAP', value: Math.max(...values) });

    const metadata = readMetadata(readModel(out))!;
    expect(metadata).toMatchObject({ task: 'multi-label', activation: 'sigmoid', output: 'logits' });
    expect(metadata.labels).toEqual(['disc', 'even']);
    expect(metadata.thresholds).toHaveLength(2);
    const predictor = await Predictor.load(out);
    const scanned = await scanDataset(tags);
    const val = await heldOut(tags);
    const measured = await evaluateMultiLabel(predictor, val, { labels: scanned.classes });
    await predictor.close();
    const best = result.history[result.bestEpoch - 1]!;
    expect(measured.mAP).toBeCloseTo(best.metrics.valMAP as number, 6);
    expect(measured.microF1).toBeCloseTo(best.metrics.valMicroF1 as number, 6);
    expect(measured.subsetAccuracy).toBeCloseTo(best.valAccuracy, 6);
    expect(measured.logLoss).toBeCloseTo(best.valLoss, 6);
  });

  it('is trained on with its head when a file of the same task and labels is given', async () => {
    const out = join(root, 'again.onnx');
    const { find, onEvent } = eventsOf();
    await fit(
      { ...quick, epochs: 1, headEpochs: 0, model: join(root, 'multi.onnx'), data: tags, out },
      { onEvent },
    );
    expect(find('run-start').head).toBe('kept');
  });
});

/** The validation pictures of the runs here. */
async function heldOut(manifest: string) {
  return splitDataset(await scanDataset(manifest), { seed: quick.seed }).val;
}

describe('a binary run', () => {
  it('has one logit, tells the positive class by its threshold, and is judged by ROC AUC', async () => {
    const positive = 'bar';
    const out = join(root, 'binary.onnx');
    const result = await fit({ ...quick, data, task: 'binary', positive, loss: 'focal', out });
    expect(result.classes).toEqual(['disc', positive]);
    expect(result.bestMetric.name).toBe('valRocAuc');
    const metadata = readMetadata(readModel(out))!;
    expect(metadata).toMatchObject({ task: 'binary', activation: 'sigmoid', labels: ['disc', positive] });
    const [threshold] = metadata.thresholds as [number];

    const predictor = await Predictor.load(out);
    const binary = await scanDataset(data);
    const predictions = await predictor.predict(binary.samples.map(({ path }) => path));
    for (const p of predictions) {
      if (!p.ok) throw p.error;
      expect(p.probabilities[0]! + p.probabilities[1]!).toBeCloseTo(1, 6);
      expect(p.scores).toHaveLength(2);
      expect(p.label).toBe(p.probabilities[1]! >= threshold ? positive : 'disc');
      expect(p.labels.map(({ label }) => label)).toEqual([p.label]);
    }
    const measured = await evaluateModel(predictor, binary.samples, { labels: binary.classes });
    await predictor.close();
    expect(measured.binary).toMatchObject({ positive, threshold });
    expect(measured.binary?.rocAuc).toBeGreaterThan(0.5);
    const val = await heldOut(data);
    const again = await Predictor.load(out);
    const onVal = await evaluateModel(again, val, { labels: binary.classes });
    await again.close();
    const best = result.history[result.bestEpoch - 1]!;
    expect(onVal.accuracy).toBeCloseTo(best.valAccuracy, 6);
    expect(onVal.binary?.rocAuc).toBeCloseTo(best.metrics.valRocAuc as number, 6);
  });

  it('is refused for three classes, and for a loss of another task', async () => {
    const out = join(root, 'never.onnx');
    const three = join(root, 'three.csv');
    await writeFile(three, 'path,label\nshapes/bar/0.png,a\nshapes/bar/2.png,b\nshapes/disc/0.png,c\n');
    await refused(
      fit({ ...quick, data: three, task: 'binary', out }),
      'E_DATA_TASK',
      /2 classes, received 3/,
    );
    await refused(fit({ ...quick, data, positive: 'bar', out }), 'E_ARG_INVALID', /without the task binary/);
    await refused(
      fit({ ...quick, data, loss: 'asymmetric', out }),
      'E_ARG_INVALID',
      /cross-entropy or focal/,
    );
    await refused(
      fit({ ...quick, data: tags, task: 'single', out }),
      'E_DATA_TASK',
      /none or several labels/,
    );
  });
});

describe('classes of unequal size', () => {
  it('are counted, weighed and drawn as the start of the run says', async () => {
    const scanned = await scanDataset(data);
    const kept = scanned.samples.filter(({ label, name }) => label === 0 || /\/\d\./.test(name));
    const file = join(root, 'unequal.csv');
    await writeFile(
      file,
      `path,label\n${kept.map((s) => `shapes/${s.name},${scanned.classes[s.label]}`).join('\n')}\n`,
    );
    const { find, onEvent } = eventsOf();
    const run = { ...quick, data: file, epochs: 1, out: join(root, 'unequal.onnx') };
    await fit({ ...run, classWeights: 'inverse', sampler: 'balanced' }, { onEvent });
    const { balance, counts } = find('run-start');
    const total = balance.counts.reduce((a, b) => a + b, 0);
    expect(total).toBe(counts.train);
    balance.counts.forEach((n, i) => {
      expect(balance.weights?.[i]).toBeCloseTo(total / (2 * n), 9);
      expect(balance.perEpoch[i]).toBeCloseTo(total / 2, 0);
    });
    const plain = eventsOf();
    await fit({ ...run, classWeights: 'effective' }, plain);
    const { balance: own } = plain.find('run-start');
    const effective = own.counts.map((n) => (1 - 0.999) / (1 - 0.999 ** n));
    const mean = effective.reduce((a, b) => a + b, 0) / 2;
    own.weights?.forEach((w, i) => {
      expect(w).toBeCloseTo((effective[i] as number) / mean, 9);
    });
    expect(own.perEpoch).toEqual(own.counts);
  });

  it('take the weights of a file, which must name every class and no other', async () => {
    const file = join(root, 'weights.json');
    const { classes } = await scanDataset(data);
    const run = { ...quick, data, epochs: 1, out: join(root, 'file.onnx'), classWeights: file };
    await refused(fit(run), 'E_FILE_NOT_FOUND', /weights\.json/);
    await writeFile(file, JSON.stringify({ [classes[0] as string]: 2 }));
    await refused(fit(run), 'E_CONFIG_INVALID', new RegExp(`number from 0 for ${classes[1]}`));
    await writeFile(file, JSON.stringify({ dog: 1 }));
    await refused(fit(run), 'E_CONFIG_INVALID', /dog is none of the classes/);
    await writeFile(file, JSON.stringify(Object.fromEntries(classes.map((name, i) => [name, i + 1]))));
    const { find, onEvent } = eventsOf();
    await fit(run, { onEvent });
    expect(find('run-start').balance.weights).toEqual([1, 2]);
  });
});

describe('a teacher', () => {
  it('of another size and normalisation is learned from: the student comes close to its answers', async () => {
    const scanned = await scanDataset(data);
    const teacher = join(root, 'teacher.onnx');
    await fit({ ...quick, epochs: 8, data, size: 40, mean: [0.5], std: [0.5], out: teacher });
    const agreement = async (options: object): Promise<number> => {
      const out = join(root, 'student.onnx');
      await fit({ ...quick, data, out, epochs: 6, ...options });
      const [a, b] = [await Predictor.load(teacher), await Predictor.load(out)];
      const [pa, pb] = [await a.predictSamples(scanned.samples), await b.predictSamples(scanned.samples)];
      await a.close();
      await b.close();
      let sum = 0;
      pa.probabilities.forEach((row, i) => {
        row?.forEach((p, c) => {
          sum += Math.abs(p - (pb.probabilities[i]?.[c] as number));
        });
      });
      return sum / scanned.samples.length;
    };
    const options = { teacher, distillAlpha: 1, distillTemperature: 2, distillFeatures: 1 };
    expect(await agreement(options)).toBeLessThan((await agreement({})) * 0.8);
  });

  it('of other classes or channels is refused before the first step', async () => {
    const out = join(root, 'never.onnx');
    const other = join(root, 'other.onnx');
    await writeFile(other, writeModel(buildModel('small_cnn', { numClasses: 5, size: 32 })));
    await refused(fit({ ...quick, data, out, teacher: other }), 'E_MODEL_SHAPE', /5 outputs without names/);
    await refused(
      fit({ ...quick, data, out, teacher: join(root, 'multi.onnx') }),
      'E_MODEL_SHAPE',
      /teacher/,
    );
    const grey = join(root, 'grey.onnx');
    await writeFile(grey, writeModel(buildModel('small_cnn', { numClasses: 2, size: 32, inChannels: 1 })));
    await refused(fit({ ...quick, data, out, teacher: grey }), 'E_MODEL_SHAPE', /channels of the teacher/);
    await refused(fit({ ...quick, data, out, teacher: join(root, 'gone.onnx') }), 'E_FILE_NOT_FOUND', /gone/);
  });
});
