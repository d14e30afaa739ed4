/** How good a backbone's features are: nearest neighbours and a linear classifier on labelled pictures. */
import { checkSamples, scanDataset, splitDataset } from '@saker/dataset';
import { accuracy, extractFeatures, knn, type LabelledRows, logisticRegression } from '@saker/evaluate';
import type { OnnxModel } from '@saker/graph';
import type { PicturePlace, PipelineSpec } from '@saker/spec';

/** Shares of right answers on the pictures held out. */
export interface ProbeResult {
  /** Weighted vote of the 20 nearest by cosine (Wu et al. 2018). */
  readonly knn: number;
  /** Logistic regression on the frozen features. */
  readonly linear: number;
}

export interface ProbeData {
  readonly classes: readonly string[];
  readonly train: readonly (PicturePlace & { readonly label: number })[];
  readonly val: readonly (PicturePlace & { readonly label: number })[];
}

/** Scans labelled pictures and splits them as `saker train` does. @throws SakerError of the E_DATA_ family. */
export async function openProbeData(data: string, seed: number, threads: number): Promise<ProbeData> {
  const dataset = await scanDataset(data);
  const { good } = await checkSamples(dataset.samples, { threads });
  const { train, val } = splitDataset(
    { ...dataset, samples: good },
    { valFraction: 0.2, testFraction: 0, seed },
  );
  return { classes: dataset.classes, train, val };
}

/** Fits both probes on the training pictures' features and measures them on the held-out ones. */
export async function probeBackbone(
  model: OnnxModel,
  data: ProbeData,
  options: { readonly pipeline: PipelineSpec; readonly threads: number },
): Promise<ProbeResult> {
  const rowsOf = async (samples: ProbeData['train']): Promise<LabelledRows> => {
    const { rows, width, failures } = await extractFeatures(model, samples, { ...options, batchSize: 32 });
    const failed = new Set(failures.map(({ index }) => index));
    const kept = samples.flatMap((_, i) => (failed.has(i) ? [] : [i]));
    const out = new Float32Array(kept.length * width);
    kept.forEach((from, to) => {
      out.set(rows.subarray(from * width, (from + 1) * width), to * width);
    });
    return { rows: out, width, labels: kept.map((i) => samples[i]!.label) };
  };
  const train = await rowsOf(data.train);
  const val = await rowsOf(data.val);
  const numClasses = data.classes.length;
  const truth = Uint32Array.from(val.labels);
  return {
    knn: accuracy(truth, knn(train, val.rows, { numClasses })),
    linear: accuracy(truth, logisticRegression(train, { numClasses }).predict(val.rows)),
  };
}
