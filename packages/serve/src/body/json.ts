/** JSON bodies: {"image": base64} or {"images": [base64, ...]}. */
import type { Readable } from 'node:stream';
import { SakerError } from '@saker/spec';
import { z } from 'zod';
import { decodeBase64 } from './base64.js';
import type { BodyLease } from './lease.js';
import { readBytes } from './read-bytes.js';
import type { Upload } from './upload.js';

const one = z.strictObject({ image: z.string() });
const many = z.strictObject({ images: z.array(z.string()).min(1) });

/**
 * @throws SakerError E_BODY_INVALID for anything but the two shapes; E_BODY_TOO_LARGE, E_OVERLOADED, E_CANCELLED.
 */
export async function readJson(stream: Readable, lease: BodyLease, maxPictures: number): Promise<Upload> {
  const value = parse(await readBytes(stream, lease));
  const single = typeof value === 'object' && value !== null && 'image' in value;
  const checked = single ? one.safeParse(value) : many.safeParse(value);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    const at = issue?.path.join('.');
    throw invalid(`${at ? `${at}: ` : ''}${issue?.message ?? 'expected an object'}`);
  }
  if ('image' in checked.data)
    return { pictures: [{ bytes: decodeBase64(checked.data.image, 'image'), name: null }], many: false };
  const { images } = checked.data;
  if (images.length > maxPictures)
    throw invalid(`it holds ${images.length} pictures, at most ${maxPictures}`);
  const pictures = images.map((text, i) => ({ bytes: decodeBase64(text, `images.${i}`), name: null }));
  return { pictures, many: true };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // V8's message quotes the body; the client has it already and the log must not.
    throw invalid('it is not JSON in UTF-8');
  }
}

function invalid(detail: string): SakerError {
  return new SakerError('E_BODY_INVALID', { detail });
}
