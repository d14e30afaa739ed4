import { isAbsolute, join, normalize, sep } from 'node:path';
import { SakerError } from '@saker/spec';
import type { Entry } from './folder.js';
import { splitOf } from './names.js';
import type { Split } from './types.js';

/** One row of a manifest before it is checked, with its place for error messages. */
export interface ManifestRow {
  readonly path: unknown;
  readonly label: unknown;
  /** Several labels: a list, or text to be divided; null: unknown. */
  readonly labels: unknown;
  readonly split: unknown;
  /** For example "line 7" or "samples[3]". */
  readonly place: string;
}

/** Reports a fault of a manifest. */
export function refuseManifest(file: string, place: string, detail: string, cause?: unknown): never {
  throw new SakerError('E_DATA_MANIFEST', { file, place, detail }, { cause });
}

function text(file: string, row: ManifestRow, field: 'path' | 'label'): string {
  const value = row[field];
  if (typeof value === 'number' && field === 'label') return String(value);
  if (typeof value === 'string' && value.trim() !== '' && !value.includes('\0')) return value;
  return refuseManifest(
    file,
    row.place,
    `expected text for ${field}, received ${JSON.stringify(value) ?? 'nothing'}`,
  );
}

/** The labels of a row without repetitions; null when they are unknown. */
function labelsCell(file: string, row: ManifestRow, separator: string | RegExp): string[] | null {
  const { labels } = row;
  if (labels === null) return null;
  const words = typeof labels === 'string' ? labels.split(separator) : labels;
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string' || typeof word === 'number'))
    return refuseManifest(
      file,
      row.place,
      `expected a list of labels for labels, received ${JSON.stringify(labels) ?? 'nothing'}`,
    );
  const names = words.map((word) => String(word).trim()).filter((word) => word !== '');
  if (names.some((name) => name.includes('\0')))
    return refuseManifest(file, row.place, 'a label holds a zero byte');
  return [...new Set(names)];
}

function splitCell(file: string, row: ManifestRow): Split | null {
  if (row.split === undefined || row.split === null || row.split === '') return null;
  const split = typeof row.split === 'string' ? splitOf(row.split) : null;
  return (
    split ??
    refuseManifest(
      file,
      row.place,
      `expected train, val or test for split, received ${JSON.stringify(row.split)}`,
    )
  );
}

/**
 * Turns checked rows into entries, paths resolved against the manifest's folder. A picture listed twice is refused,
 * because its copies could land in two splits or carry two labels.
 * @throws SakerError E_DATA_MANIFEST with the row's place.
 */
export class ManifestEntries {
  readonly entries: Entry[] = [];
  readonly classes = new Set<string>();
  /** Rows whose labels are unknown. */
  unlabelled = 0;
  private multiLabel: boolean | null = null;
  private readonly places = new Map<string, string>();

  constructor(
    private readonly file: string,
    private readonly root: string,
    private readonly separator: string | RegExp = /[|;]/,
  ) {}

  add(row: ManifestRow): void {
    const given = text(this.file, row, 'path');
    const many = row.labels !== undefined;
    if (many && row.label !== undefined)
      refuseManifest(this.file, row.place, 'expected label or labels, received both');
    this.multiLabel ??= many;
    if (many !== this.multiLabel)
      refuseManifest(
        this.file,
        row.place,
        `expected ${many ? 'label' : 'labels'}, as the rows before it have`,
      );
    const split = splitCell(this.file, row);
    const name = normalize(given).split(sep).join('/');
    const before = this.places.get(name);
    if (before !== undefined) refuseManifest(this.file, row.place, `${given} was listed before at ${before}`);
    this.places.set(name, row.place);
    const path = isAbsolute(given) ? given : join(this.root, given);
    if (many) this.addLabels({ path, name, split }, labelsCell(this.file, row, this.separator));
    else {
      const label = text(this.file, row, 'label').trim();
      this.classes.add(label);
      this.entries.push({ path, name, label, split });
    }
  }

  private addLabels(entry: Omit<Entry, 'label'>, labels: string[] | null): void {
    if (labels === null) {
      this.unlabelled += 1;
      return;
    }
    for (const label of labels) this.classes.add(label);
    this.entries.push({ ...entry, label: labels[0] ?? '', labels });
  }
}
