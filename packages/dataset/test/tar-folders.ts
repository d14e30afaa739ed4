/** Folders of tars for tests, made of a few pictures. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { scanDataset } from '@saker/dataset';
import type { SakerError } from '@saker/spec';
import { afterAll, beforeAll, expect } from 'vitest';
import { picture } from './pictures.js';
import type { TarFile } from './tars.js';

/** Call it at the top of a test file; everything is there from `beforeAll` to `afterAll`. */
export function tarFolders() {
  let scratch = '';
  let pictures: Buffer[] = [];
  let count = 0;

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'saker-shards-'));
    pictures = await Promise.all(Array.from({ length: 12 }, (_, i) => picture(i, i % 2 ? 'jpeg' : 'png')));
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  /** A new folder with the files. */
  function folder(files: Record<string, string | Uint8Array>): string {
    const root = join(scratch, String(count++));
    mkdirSync(root);
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), content);
    }
    return root;
  }

  const at = (i: number): Buffer => pictures[i] as Buffer;
  const sample = (key: string, i: number, label: string, field = 'cls'): TarFile[] => [
    { name: `${key}.${i % 2 ? 'jpg' : 'png'}`, content: at(i) },
    { name: `${key}.${field}`, content: label },
  ];
  return { scratch: () => scratch, folder, at, sample };
}

/** The error of a folder that is not to be scanned. */
export async function refusal(path: string): Promise<SakerError> {
  return scanDataset(path).then(
    () => expect.unreachable(`${path} was scanned`),
    (error: SakerError) => error,
  );
}
