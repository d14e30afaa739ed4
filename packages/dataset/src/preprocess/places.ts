/** Where the output may stand in relation to the input. */
import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { SakerError } from '@saker/spec';
import type { Dataset } from '../types.js';

/** The path without links, as far as it exists. */
async function realPath(path: string): Promise<string> {
  const absolute = resolve(path);
  const real = await realpath(absolute).catch(() => null);
  if (real !== null) return real;
  const parent = dirname(absolute);
  return parent === absolute ? absolute : join(await realPath(parent), basename(absolute));
}

function refuse(expected: string, received: string): never {
  throw new SakerError('E_ARG_INVALID', { name: 'out', expected, received });
}

/** Shards among the data would be scanned as a class of it the next time. @throws SakerError E_ARG_INVALID. */
export async function refuseInside(data: string, out: string): Promise<void> {
  const inside = relative(await realPath(data), await realPath(out));
  if (inside === '' || !(inside.startsWith('..') || isAbsolute(inside)))
    refuse(`a folder outside of ${data}`, out);
}

const WRITTEN = new Set(['index.csv', 'quarantine.csv', 'job.json']);

/** Output must not take the names of the input: tars, or a manifest. @throws SakerError E_ARG_INVALID. */
export async function refuseOverwriting(path: string, data: Dataset, out: string): Promise<void> {
  const inTars = data.samples
    .filter(({ offset }) => offset !== undefined)
    .map((sample) => dirname(sample.path));
  const sources = new Set(inTars);
  if (WRITTEN.has(basename(path))) sources.add(dirname(path));
  const target = await realPath(out);
  for (const source of sources) {
    if ((await realPath(source)) === target) refuse(`another folder than that of ${path}`, out);
  }
}
