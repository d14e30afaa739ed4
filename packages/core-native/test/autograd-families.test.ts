/** Exports of torchvision's families by both exporters of PyTorch: gradients, replaced heads, ONNX Runtime. */
import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { TrainableModel } from '@saker/core-native/autograd';
import { type OnnxModel, putTensors, readModel, replaceHead, toProgram, writeModel } from '@saker/graph';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { product, relativeError, weyl } from './fixtures/numbers.js';
import { summaryError, type TensorSummary } from './fixtures/tensor-summary.js';

interface WeightSource {
  readonly parameter: string;
  readonly offset: number;
  readonly dims: number[];
  readonly scale: number;
  readonly shift: number;
  readonly transposed?: boolean;
}
interface Export {
  readonly exporter: string;
  readonly opset: number;
  readonly weights: Record<string, WeightSource>;
  readonly graph: string;
}
interface Family {
  readonly family: string;
  readonly shape: number[];
  readonly offset: number;
  readonly labels: number[];
  readonly loss: number;
  readonly gradients: Record<string, TensorSummary>;
  readonly exports: Export[];
}

const folder = new URL('./fixtures/families/', import.meta.url);
const families = readdirSync(folder).map(
  (file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Family,
);

/** Rows become columns. */
function turn(data: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(data.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = data[r * columns + c]!;
  return out;
}

function load({ graph, weights }: Export): OnnxModel {
  const values = Object.entries(weights).map(([name, w]) => {
    // The sequence of weyl(), scaled before it is rounded to f32, as the Python script does.
    const flat = Float32Array.from({ length: product(w.dims) }, (_, i) => {
      const sequence = (((i + w.offset) * 2654435761) % 2 ** 32) / 2 ** 31 - 1;
      return w.shift + w.scale * sequence;
    });
    const [rows = 1, columns = 1] = w.dims;
    return [name, { dims: w.dims, data: w.transposed ? turn(flat, columns, rows) : flat }] as const;
  });
  return putTensors(readModel(gunzipSync(Buffer.from(graph, 'base64'))), Object.fromEntries(values));
}

for (const family of families) {
  describe.each(family.exports.map((e) => [`${e.exporter} ${e.opset}`, e] as const))(
    `${family.family} by %s`,
    (_, exported) => {
      const model = load(exported);
      const input = weyl(product(family.shape), family.offset);
      const session = async (bytes: Uint8Array) => InferenceSession.create(bytes, { logSeverityLevel: 3 });

      it('gives the outputs of ONNX Runtime, gradients of PyTorch in train mode', async () => {
        const run = await session(writeModel(model));
        const feeds = { [model.inputs[0]!.name]: new Tensor('float32', input, family.shape) };
        const expected = Object.values(await run.run(feeds))[0]!;
        await run.release();
        const engine = TrainableModel.create(toProgram(model), { threads: 1 });
        const actual = Object.values(await engine.forward(input, family.shape))[0]!;
        expect(relativeError(actual.data, expected.data as Float32Array)).toBeLessThan(1e-4);
        await engine.close();

        const exact = TrainableModel.create(toProgram(model), { threads: 1, doublePrecision: true });
        const { loss, gradients } = await exact.lossAndGradients({
          input,
          shape: family.shape,
          labels: Int32Array.from(family.labels),
        });
        await exact.close();
        expect(Math.abs(loss / family.loss - 1)).toBeLessThan(1e-6);
        const byParameter = Object.fromEntries(
          Object.entries(gradients).map(([name, g]) => {
            const source = exported.weights[name];
            const [rows = 1, columns = 1] = g.dims;
            return [
              source?.parameter ?? name,
              source?.transposed ? { ...g, data: turn(g.data, rows, columns) } : g,
            ];
          }),
        );
        // An exporter that folds constants gathers Swin's bias tables for good: the table is no longer in the file.
        const held = new Set(Object.values(exported.weights).map((w) => w.parameter));
        const gone = Object.keys(family.gradients).filter((name) => !held.has(name));
        expect(gone.filter((name) => !name.endsWith('relative_position_bias_table'))).toEqual([]);
        const known = Object.entries(family.gradients).filter(([name]) => held.has(name));
        const worst = summaryError(byParameter, Object.fromEntries(known));
        expect(worst.error, worst.name).toBeLessThan(1e-5);
      });

      it('trains with a new head, which ONNX Runtime then runs', async () => {
        const { model: fresh, headParameters } = replaceHead(model, { numClasses: 3, seed: 1 });
        const engine = TrainableModel.create(toProgram(fresh), { threads: 1 });
        const names = engine
          .parameters()
          .filter((p) => !p.isBuffer)
          .map((p) => p.name);
        expect(names).toEqual(expect.arrayContaining([...headParameters]));
        await engine.configureOptimizer({ type: 'sgd', groups: [{ params: names, lr: 0.01 }] });
        const labels = Int32Array.from(family.labels, (label) => label % 3);
        const batch = { input, shape: family.shape, labels };
        const before = await engine.readTensors(names);
        const { loss } = await engine.trainStep(batch, { seed: 1, step: 0 });
        expect(loss).toBeGreaterThan(0);
        const after = await engine.readTensors(names);
        const still = names.filter((name) => relativeError(after[name]!.data, before[name]!.data) === 0);
        expect(still.filter((name) => moves(exported, family, name, headParameters))).toEqual([]);
        const shipped = putTensors(fresh, await engine.readTensors());
        const expected = await engine.forward(input, family.shape);
        const run = await session(writeModel(shipped));
        const feeds = { [shipped.inputs[0]!.name]: new Tensor('float32', input, family.shape) };
        const logits = Object.values(await run.run(feeds))[0]!;
        expect(logits.dims).toEqual([family.shape[0], 3]);
        expect(relativeError(Object.values(expected)[0]!.data, logits.data as Float32Array)).toBeLessThan(
          1e-4,
        );
        await run.release();
        await engine.close();
      });
    },
  );
}

/** Whether a step must change a weight: it is the head's, or PyTorch's gradient for it is not small. */
function moves(exported: Export, family: Family, name: string, head: readonly string[]): boolean {
  const top = Math.max(...Object.values(family.gradients).map((g) => g.max));
  const own = family.gradients[exported.weights[name]?.parameter ?? name];
  return head.includes(name) || (own !== undefined && own.max > 1e-3 * top);
}
