import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SakerError } from '@saker/spec';
import { renderReport } from './page.js';
import type { ReportInput } from './report-input.js';

/** Where `writeReport` put its files. */
export interface WrittenReport {
  readonly html: string;
  readonly json: string;
}

/** Writes beside the target and renames, so that a reader never sees half a file. */
async function writeWhole(file: string, text: string): Promise<void> {
  const partial = `${file}.${randomUUID()}.part`;
  try {
    await writeFile(partial, text);
    await rename(partial, file);
  } catch (cause) {
    await rm(partial, { force: true });
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new SakerError('E_FILE_WRITE', { file, detail }, { cause });
  }
}

function toJson({ evaluation, model, data, metadata, createdAt }: ReportInput): string {
  const { samples, failures, ...figures } = evaluation;
  const body = {
    version: 1,
    createdAt: (createdAt ?? new Date()).toISOString(),
    model,
    data: { path: data.path, split: data.split ?? null, hash: data.hash ?? null },
    pipelineHash: metadata.pipelineHashes.eval,
    samples,
    ...figures,
    failures: failures.map(({ path, error }) => ({ path, error: error.toJSON() })),
  };
  return `${JSON.stringify(body)}\n`;
}

/**
 * Writes report.html and evaluation.json into a folder, made when missing. Each file appears whole or not at all.
 * @throws SakerError E_FILE_WRITE.
 */
export async function writeReport(dir: string, input: ReportInput): Promise<WrittenReport> {
  const dated = { ...input, createdAt: input.createdAt ?? new Date() };
  const html = join(dir, 'report.html');
  const json = join(dir, 'evaluation.json');
  const page = await renderReport(dated);
  await mkdir(dir, { recursive: true }).catch((cause: unknown) => {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new SakerError('E_FILE_WRITE', { file: dir, detail }, { cause });
  });
  await writeWhole(html, page);
  await writeWhole(json, toJson(dated));
  return { html, json };
}
