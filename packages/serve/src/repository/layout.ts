/** What lies in a repository folder: Triton's layout, `<model>/<version>/model.onnx` and an optional `<model>/config.*`. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface FoundVersion {
  readonly file: string;
  /** Changes when the file does. */
  readonly stamp: string;
}

export interface FoundModel {
  readonly name: string;
  /** By version number, as text. */
  readonly versions: ReadonlyMap<string, FoundVersion>;
  /** Its configuration file, if it has one. */
  readonly config: FoundVersion | null;
}

const VERSION = /^[1-9]\d*$/;
const CONFIGS = ['config.yaml', 'config.yml', 'config.json'];
const MODEL_FILE = 'model.onnx';

/**
 * Looks at a repository. A file `<name>.onnx` that lies in it directly is version 1 of a model of that name. Names that
 * start with a dot, and files that vanish meanwhile, are passed over.
 * @throws Error of the file system when the folder itself cannot be read.
 */
export async function scanRepository(folder: string): Promise<Map<string, FoundModel>> {
  const found = new Map<string, FoundModel>();
  for (const entry of (await readdir(folder)).sort()) {
    if (entry.startsWith('.')) continue;
    const path = join(folder, entry);
    const info = await stat(path).catch(() => null);
    if (info?.isDirectory()) {
      const model = await scanModel(entry, path);
      if (model.versions.size > 0) found.set(entry, model);
    } else if (info && entry.endsWith('.onnx')) {
      const name = entry.slice(0, -'.onnx'.length);
      const versions = new Map([['1', { file: path, stamp: stampOf(info) }]]);
      if (!found.has(name)) found.set(name, { name, versions, config: null });
    }
  }
  return found;
}

async function scanModel(name: string, folder: string): Promise<FoundModel> {
  const versions = new Map<string, FoundVersion>();
  let config: FoundVersion | null = null;
  for (const entry of await readdir(folder).catch(() => [])) {
    if (CONFIGS.includes(entry)) config ??= await look(join(folder, entry));
    if (!VERSION.test(entry)) continue;
    const version = await look(join(folder, entry, MODEL_FILE));
    if (version) versions.set(entry, version);
  }
  return { name, versions, config };
}

/** A file and its stamp; null when there is none. */
export async function look(file: string): Promise<FoundVersion | null> {
  const info = await stat(file).catch(() => null);
  return info?.isFile() ? { file, stamp: stampOf(info) } : null;
}

function stampOf({ ino, size, mtimeMs }: { ino: number; size: number; mtimeMs: number }): string {
  return `${ino}:${size}:${mtimeMs}`;
}
