/** Brings a dataset into the form of a task: one label for each picture, or a list of them. */
import { createHash } from 'node:crypto';
import { SakerError } from '@saker/spec';
import { readSample } from './sample-place.js';
import type { Dataset, Sample } from './types.js';

export type DataTask = 'single' | 'multi' | 'binary';

const LISTED = 6;

function refuse({ root }: Dataset, task: DataTask, detail: string): never {
  throw new SakerError('E_DATA_TASK', { path: root, task, detail });
}

/** One label for each picture, of data whose lists all hold exactly one. */
function withOneLabel(data: Dataset, task: DataTask): Dataset {
  if (!data.multiLabel) return data;
  const odd = data.samples.filter(({ labels }) => labels?.length !== 1);
  const [first] = odd;
  if (first) {
    const count = first.labels?.length ?? 0;
    refuse(
      data,
      task,
      `${odd.length} of ${data.samples.length} pictures have none or several labels, such as ${first.name} with ${count}`,
    );
  }
  const samples = data.samples.map(({ labels: _, ...sample }) => sample);
  return { ...data, samples, multiLabel: false };
}

/** Within a class folder the same name, and the same size: such pictures may be copies of one. */
const nameKey = (sample: Sample, label: string): string => {
  const at = sample.name.indexOf(`${label}/`);
  return `${sample.split} ${sample.size} ${at < 0 ? sample.name : sample.name.slice(at + label.length + 1)}`;
};

/**
 * One list for each picture. Files of the same name in several class folders are one picture with several labels when
 * their bytes are the same; it goes by the name of its first copy.
 */
async function withLists(data: Dataset): Promise<Dataset> {
  if (data.multiLabel) return data;
  const groups = new Map<string, Sample[]>();
  for (const sample of data.samples) {
    const key = nameKey(sample, data.classes[sample.label] as string);
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  const samples: Sample[] = [];
  for (const group of groups.values()) {
    if (group.length === 1) {
      const [sample] = group as [Sample];
      samples.push({ ...sample, labels: [sample.label] });
      continue;
    }
    const pictures = new Map<string, Sample[]>();
    for (const sample of group) {
      const bytes = await readSample(sample).catch(() => null);
      const key = bytes === null ? `unread ${sample.name}` : createHash('sha256').update(bytes).digest('hex');
      pictures.set(key, [...(pictures.get(key) ?? []), sample]);
    }
    for (const copies of pictures.values()) {
      const labels = [...new Set(copies.map(({ label }) => label))].sort((a, b) => a - b);
      samples.push({ ...(copies[0] as Sample), label: labels[0] as number, labels });
    }
  }
  const order = new Map(data.samples.map((sample, i) => [sample.name, i]));
  samples.sort((a, b) => (order.get(a.name) as number) - (order.get(b.name) as number));
  return { ...data, samples, multiLabel: true };
}

/** Two classes, the positive one second. */
function asBinary(given: Dataset, positive: string | undefined): Dataset {
  const data = withOneLabel(given, 'binary');
  const { classes } = data;
  if (classes.length !== 2) {
    const more = classes.length > LISTED ? ` and ${classes.length - LISTED} more` : '';
    refuse(
      data,
      'binary',
      `expected 2 classes, received ${classes.length} (${classes.slice(0, LISTED).join(', ')}${more})`,
    );
  }
  if (positive === undefined || positive === classes[1]) return data;
  if (positive !== classes[0])
    refuse(data, 'binary', `expected ${classes.join(' or ')} as positive class, received ${positive}`);
  const samples = data.samples.map((sample) => ({ ...sample, label: 1 - sample.label }));
  return { ...data, classes: [...classes].reverse(), samples };
}

/**
 * The dataset as a task wants it: `single` and `binary` have `label`, binary of exactly two classes with the positive one
 * second (by name, or `positive`); `multi` has `labels`.
 * @throws SakerError E_DATA_TASK when it cannot be.
 */
export async function datasetForTask(
  data: Dataset,
  task: DataTask,
  positive?: string | undefined,
): Promise<Dataset> {
  if (task === 'multi') return withLists(data);
  return task === 'binary' ? asBinary(data, positive) : withOneLabel(data, task);
}

/** The labels of a sample, one or any number. */
export function labelsOf(sample: Pick<Sample, 'label' | 'labels'>): readonly number[] {
  return sample.labels ?? [sample.label];
}

/** Pictures of each class, in the order of the classes. */
export function classCounts(
  samples: readonly Pick<Sample, 'label' | 'labels'>[],
  numClasses: number,
): number[] {
  const counts = new Array<number>(numClasses).fill(0);
  for (const sample of samples)
    for (const label of labelsOf(sample)) counts[label] = (counts[label] as number) + 1;
  return counts;
}
