/** Published weights in the cache: found there, or fetched and checked. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SakerError, writeFailed } from '@saker/spec';
import type { Checkpoint } from './checkpoints.js';
import { readJson, sha256Of, sizeOf, wrongContent } from './files.js';
import { takeLock } from './lock.js';
import { RequestFailed } from './request.js';
import { checkpointFile, checkpointUrl, hubSettings } from './settings.js';
import { transfer } from './transfer.js';

export interface PullOptions {
  /** Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Bytes that are on disk and bytes of the whole file, null while unknown. */
  readonly onProgress?: (done: number, total: number | null) => void;
  /** Another process fetches the same file, and is waited for. */
  readonly onWait?: (holder: string) => void;
  readonly signal?: AbortSignal;
  /** Command to type once a file was put in place by hand; default: `saker models pull NAME`. */
  readonly command?: string;
  /** Largest file in bytes; default 2 GiB. */
  readonly maxBytes?: number;
  /** Milliseconds of silence that count as broken; default 30,000. */
  readonly stallMs?: number;
  /** First pause before another attempt in milliseconds; default 1,000. */
  readonly retryMs?: number;
}

/** Weights that lie in the cache. */
export interface PulledWeights {
  readonly checkpoint: Checkpoint;
  readonly file: string;
  readonly url: string;
  readonly sha256: string;
  readonly bytes: number;
  /** It was there already. */
  readonly cached: boolean;
}

/** What is recorded beside a file when it is first used. */
const recordOf = (file: string): string => `${file}.json`;

/**
 * Checks a whole file against what is known of it, and puts it aside as `kept` when it is another.
 * @throws SakerError E_HUB_CHECKSUM, E_HUB_CONTENT.
 */
async function verify(
  path: string,
  kept: string,
  { name }: Checkpoint,
  url: string,
  known: readonly (string | null | undefined)[],
): Promise<string> {
  const sha256 = await sha256Of(path);
  const expected = known.find((one) => typeof one === 'string' && !sha256.startsWith(one));
  const content = expected === undefined ? await wrongContent(path) : null;
  if (expected === undefined && content === null) return sha256;
  await rename(path, kept);
  if (content !== null)
    throw new SakerError('E_HUB_CONTENT', { url, name, detail: `${content}; kept as ${kept}` });
  throw new SakerError('E_HUB_CHECKSUM', {
    name,
    received: sha256,
    expected: expected as string,
    file: kept,
  });
}

async function record(file: string, url: string, sha256: string, etag: string | null): Promise<void> {
  const text = JSON.stringify({ url, sha256, etag, bytes: await sizeOf(file) });
  await writeFile(recordOf(file), `${text}\n`).catch((cause) => {
    throw writeFailed(recordOf(file), cause);
  });
}

/** The file in the cache, checked; null when there is none. A file put there by hand is recorded. */
async function cachedWeights(
  checkpoint: Checkpoint,
  file: string,
  url: string,
): Promise<PulledWeights | null> {
  const bytes = await sizeOf(file);
  if (bytes === null) return null;
  const saved = await readJson(recordOf(file));
  const recorded = typeof saved?.sha256 === 'string' ? saved.sha256 : null;
  const sha256 = await verify(file, `${file}.bad`, checkpoint, url, [checkpoint.sha256, recorded]);
  // A cache that may only be read serves too.
  if (recorded === null) await record(file, url, sha256, null).catch(() => undefined);
  return { checkpoint, file, url, sha256, bytes, cached: true };
}

/**
 * Gives the file of published weights, from the cache or over https. The SHA-256 must be the one that torchvision writes
 * into file names, the one that the hub tells, and the one recorded when the file was first used. A file appears under
 * its name only when it is whole and checked; processes that want the same file wait for the one that fetches it.
 * @throws SakerError E_HUB_OFFLINE, which says what to download and where to put it; E_HUB_NOT_FOUND, E_HUB_STATUS,
 * E_HUB_CHECKSUM, E_HUB_CONTENT, E_DISK_FULL, E_FILE_WRITE, E_FILE_READ, E_CANCELLED, E_ARG_INVALID.
 */
export async function pullWeights(checkpoint: Checkpoint, options: PullOptions = {}): Promise<PulledWeights> {
  const settings = hubSettings(options.env ?? process.env);
  const { name } = checkpoint;
  const url = checkpointUrl(checkpoint, settings);
  const file = checkpointFile(checkpoint, settings);
  const command = options.command ?? `saker models pull ${name}`;
  const offline = (detail: string): SakerError =>
    new SakerError('E_HUB_OFFLINE', { name, detail, url, file, command });
  const found = await cachedWeights(checkpoint, file, url);
  if (found) return found;
  if (settings.offline) throw offline('HF_HUB_OFFLINE is set');
  await mkdir(dirname(file), { recursive: true }).catch((cause) => {
    throw writeFailed(file, cause);
  });
  const release = await takeLock(`${file}.lock`, options.signal, options.onWait ?? (() => undefined));
  try {
    const meanwhile = await cachedWeights(checkpoint, file, url);
    if (meanwhile) return meanwhile;
    const part = `${file}.part`;
    const { sha256: told, etag } = await transfer(url, part, {
      name,
      token: checkpoint.library === 'timm' ? settings.token : undefined,
      maxBytes: options.maxBytes ?? 2 ** 31,
      stallMs: options.stallMs ?? 30_000,
      retryMs: options.retryMs ?? 1000,
      signal: options.signal,
      onProgress: options.onProgress ?? (() => undefined),
    }).catch((thrown: unknown) => {
      if (!(thrown instanceof RequestFailed)) throw thrown;
      const { message: detail, status } = thrown;
      throw status === null ? offline(detail) : new SakerError('E_HUB_STATUS', { url, name, detail });
    });
    await rm(`${part}.json`, { force: true });
    const sha256 = await verify(part, `${file}.bad`, checkpoint, url, [checkpoint.sha256, told]);
    const bytes = (await sizeOf(part)) ?? 0;
    await rename(part, file);
    await record(file, url, sha256, etag);
    return { checkpoint, file, url, sha256, bytes, cached: false };
  } finally {
    await release();
  }
}

/** Whether the checkpoint's file lies in the cache; nothing is read of it. */
export async function isCached(checkpoint: Checkpoint, env = process.env): Promise<boolean> {
  return (await sizeOf(checkpointFile(checkpoint, hubSettings(env)))) !== null;
}
