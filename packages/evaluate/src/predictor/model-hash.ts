import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { SakerError } from '@saker/spec/light';

/**
 * `sha256:<hex>` of a model's bytes.
 * @throws SakerError E_FILE_READ.
 */
export async function modelHash(model: string | Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  if (typeof model !== 'string') return `sha256:${hash.update(model).digest('hex')}`;
  try {
    await pipeline(createReadStream(model), hash);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new SakerError('E_FILE_READ', { file: model, detail }, { cause });
  }
  return `sha256:${hash.digest('hex')}`;
}
