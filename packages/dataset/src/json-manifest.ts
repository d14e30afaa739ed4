import { readFile } from 'node:fs/promises';
import { type ManifestEntries, refuseManifest } from './manifest-entries.js';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const at = /position (\d+)/.exec(detail)?.[1];
    const line = at === undefined ? null : text.slice(0, Number(at)).split('\n').length;
    return refuseManifest(file, line === null ? 'the JSON' : `line ${line}`, detail, error);
  }
}

/**
 * Reads a JSON manifest: an array of {path, label, split?} or {path, labels, split?}, or an object whose `samples` is one.
 * @throws SakerError E_DATA_MANIFEST with the place, for example "samples[3]".
 */
export async function readJsonManifest(file: string, into: ManifestEntries): Promise<void> {
  const value = parseJson(file, await readFile(file, 'utf8'));
  const rows = isRecord(value) ? value.samples : value;
  if (!Array.isArray(rows))
    refuseManifest(
      file,
      isRecord(value) ? 'samples' : 'the top',
      'expected an array of {"path","label"} objects',
    );
  const prefix = isRecord(value) ? 'samples' : '';
  rows.forEach((row: unknown, i) => {
    const place = `${prefix}[${i}]`;
    if (!isRecord(row)) refuseManifest(file, place, 'expected an object with path and label');
    into.add({ path: row.path, label: row.label, labels: row.labels, split: row.split, place });
  });
}
