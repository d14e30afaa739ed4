/** A contact sheet: what a pipeline makes of a few pictures, beside the pictures themselves. */
import { compilePipeline, decode, type Pipeline } from '@saker/core-native';
import { type NestedOp, nestedFields, type PipelineSpec, SakerError } from '@saker/spec';
import { displayPipeline, drawsAtRandom } from '../display.js';
import type { Dataset, Sample } from '../types.js';
import { layOut, type SheetTile } from './layout.js';

export interface ContactSheetOptions {
  readonly pipeline: PipelineSpec;
  /** Drawn at the top, before what the pipeline does. */
  readonly title: string;
  /** Pictures shown; default 12. They are taken from the classes in turn. */
  readonly count?: number;
  /** Draws of each picture when the pipeline is random; default 5. */
  readonly draws?: number;
  /** Decides the pictures' random draws; default 0. */
  readonly seed?: number;
}

export interface ContactSheet {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** In the order of the sheet. */
  readonly shown: readonly {
    readonly name: string;
    readonly label: string;
    readonly error: SakerError | null;
  }[];
  /** Draws of each picture; 1 when nothing is random. */
  readonly draws: number;
}

/** Every class in turn, each with its pictures in order, until `count` are found. */
export function pickSamples(data: Pick<Dataset, 'classes' | 'samples'>, count: number): Sample[] {
  const byClass: Sample[][] = data.classes.map(() => []);
  for (const sample of data.samples) byClass[sample.label]?.push(sample);
  const picked: Sample[] = [];
  for (let row = 0; picked.length < count && byClass.some((list) => row < list.length); row += 1) {
    for (const list of byClass) {
      const sample = list[row];
      if (sample && picked.length < count) picked.push(sample);
    }
  }
  return picked.sort((a, b) => a.label - b.label);
}

async function original(path: string): Promise<SheetTile['pixels']> {
  const { data, width, height } = await decode(path);
  return { data, width, height, channels: 3 };
}

async function drawn(
  pipeline: Pipeline,
  path: string,
  context: { readonly seed: number; readonly epoch: number; readonly sampleId: number },
): Promise<SheetTile['pixels']> {
  const { data, shape } = await pipeline.runImage(path, context);
  const [height, width, channels] = shape as [number, number, 1 | 3];
  return { data: data as Uint8Array, width, height, channels };
}

/** `Resize 256`, `RandomApply (GaussianBlur > RandomInvert)`. */
function describeOp(op: NestedOp): string {
  const inside = nestedFields(op.op).flatMap((field) => (op[field] as readonly NestedOp[]).map(describeOp));
  if (inside.length > 0) return `${op.op} (${inside.join(op.op === 'RandomChoice' ? ' | ' : ' > ')})`;
  const size = op.size as readonly number[] | undefined;
  return size === undefined ? op.op : `${op.op} ${size.join(' x ')}`;
}

/** What the pipeline does, without the parameters that say the same as the op's name. */
function describe(spec: PipelineSpec): string {
  const steps = spec.ops.map((op) => describeOp(op as unknown as NestedOp));
  const { dtype, layout, channels } = spec.output;
  return `${steps.join(' > ')} > ${dtype} ${layout}, ${channels} channel${channels === 1 ? '' : 's'}`;
}

/**
 * Draws the sheet as a PNG. A picture that cannot be read gets a tile with its error.
 * @throws SakerError E_DATA_EMPTY, E_PIPELINE_UNSUPPORTED.
 */
export async function contactSheet(data: Dataset, options: ContactSheetOptions): Promise<ContactSheet> {
  const { count = 12, seed = 0 } = options;
  const random = drawsAtRandom(options.pipeline);
  const draws = random ? (options.draws ?? 5) : 1;
  const pipeline = compilePipeline(displayPipeline(options.pipeline));
  const samples = pickSamples(data, count);
  if (samples.length === 0) throw new SakerError('E_DATA_EMPTY', { path: data.root });
  const shown: ContactSheet['shown'][number][] = [];
  const groups: SheetTile[][] = [];
  for (const [sampleId, sample] of samples.entries()) {
    const label = data.classes[sample.label] as string;
    let error: SakerError | null = null;
    const tiles: SheetTile[] = [];
    try {
      tiles.push({ pixels: await original(sample.path), original: true });
      for (let epoch = 0; epoch < draws; epoch += 1) {
        tiles.push({
          pixels: await drawn(pipeline, sample.path, { seed, epoch, sampleId }),
          original: false,
        });
      }
    } catch (thrown) {
      error = SakerError.from(thrown);
      tiles.length = 0;
      tiles.push({ pixels: null, original: true, note: error.code });
    }
    groups.push(tiles.map((tile, i) => ({ ...tile, ...(i === 0 ? { label, name: sample.name } : {}) })));
    shown.push({ name: sample.name, label, error });
  }
  const sheet = await layOut(groups, {
    title: options.title,
    subtitle: describe(options.pipeline),
    note: random
      ? `left: as stored; then ${draws} draws of each (seed ${seed}, epochs 0 to ${draws - 1}), before Normalize`
      : 'left: as stored; right: what goes in, before Normalize',
  });
  return { ...sheet, shown, draws };
}
