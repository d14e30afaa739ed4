/** What the tests of the protocol compare with. */
import { compilePipeline } from '@saker/core-native';
import { Predictor } from '@saker/evaluate';

export interface Expected {
  /** The graph's input for the pictures, one after the other. */
  readonly items: Float32Array;
  readonly dims: readonly number[];
  readonly probabilities: readonly Float32Array[];
  readonly scores: readonly Float32Array[];
  readonly inputName: string;
  readonly outputName: string;
}

/** What the Predictor, which `saker predict` uses, makes of pictures. */
export async function expectedFor(model: string, pictures: readonly Uint8Array[]): Promise<Expected> {
  const predictor = await Predictor.load(model, { threads: 1 });
  try {
    const { channels, height, width } = predictor.inputShape;
    const dims = [channels, height, width];
    const items = new Float32Array(pictures.length * channels * height * width);
    await compilePipeline(predictor.metadata.pipelines.eval).runBatch([...pictures], { out: items });
    const probabilities: Float32Array[] = [];
    const scores: Float32Array[] = [];
    for (const picture of pictures) {
      const [prediction] = await predictor.predict([picture]);
      if (!prediction?.ok) throw prediction?.error;
      probabilities.push(prediction.probabilities);
      scores.push(prediction.scores.slice());
    }
    const { input: inputName, output: outputName } = predictor.tensorNames;
    return { items, dims, probabilities, scores, inputName, outputName };
  } finally {
    await predictor.close();
  }
}

/** The greatest difference between a flat answer and rows. */
export function difference(flat: ArrayLike<number>, rows: readonly Float32Array[]): number {
  const expected = rows.flatMap((row) => [...row]);
  if (flat.length !== expected.length) return Number.POSITIVE_INFINITY;
  return Math.max(...expected.map((value, i) => Math.abs(value - (flat[i] as number))));
}

/** Elements of type BYTES as the protocol frames them. */
export function framed(elements: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    elements.flatMap((element) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(element.length);
      return [length, Buffer.from(element)];
    }),
  );
}

export function unframed(bytes: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + bytes.readUInt32LE(at);
    texts.push(bytes.toString('utf8', at + 4, end));
    at = end;
  }
  return texts;
}
