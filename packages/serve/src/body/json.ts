/** JSON bodies: {"image": base64}, {"images": [base64, ...]}, {"url": text} or {"urls": [text, ...]}. */
import type { Readable } from 'node:stream';
import { SakerError } from '@saker/spec';
import { z } from 'zod';
import type { UrlFetcher } from '../security/urls/fetcher.js';
import { decodeBase64 } from './base64.js';
import type { BodyLease } from './lease.js';
import { readBytes } from './read-bytes.js';
import type { Upload } from './upload.js';

const texts = z.array(z.string()).min(1);
/** By the field that a body has: its shape, and whether the answer is a list. */
const SHAPES = {
  image: z.strictObject({ image: z.string() }).transform(({ image }) => [image]),
  images: z.strictObject({ images: texts }).transform(({ images }) => images),
  url: z.strictObject({ url: z.string() }).transform(({ url }) => [url]),
  urls: z.strictObject({ urls: texts }).transform(({ urls }) => urls),
} as const;
type Field = keyof typeof SHAPES;

/**
 * @param fetcher gets pictures by URL; null where the operator has allowed no host.
 * @throws SakerError E_BODY_INVALID for anything but the four shapes; E_URL_REFUSED and E_URL_FETCH for a lone URL;
 *   E_BODY_TOO_LARGE, E_OVERLOADED, E_CANCELLED.
 */
export async function readJson(
  stream: Readable,
  lease: BodyLease,
  maxPictures: number,
  fetcher: UrlFetcher | null,
): Promise<Upload> {
  const value = parse(await readBytes(stream, lease));
  const field = fieldOf(value);
  const checked = SHAPES[field].safeParse(value);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    const at = issue?.path.join('.');
    throw invalid(`${at ? `${at}: ` : ''}${issue?.message ?? 'expected an object'}`);
  }
  const given = checked.data;
  const many = field.endsWith('s');
  if (given.length > maxPictures) throw invalid(`it holds ${given.length} pictures, at most ${maxPictures}`);
  if (field === 'url' || field === 'urls') {
    if (!fetcher) throw new SakerError('E_URL_REFUSED', { detail: 'this server fetches no URLs' });
    const fetched = given.map(async (url) => ({ chunks: [await fetcher.fetch(url, lease)], name: null }));
    return { pictures: await all(fetched), many };
  }
  const pictures = given.map((text, i) => ({
    chunks: [decodeBase64(text, many ? `images.${i}` : 'image')],
    name: null,
  }));
  return { pictures, many };
}

/** Waits for all, so that no fetch outlives the request it counts for; then the first failure is thrown. */
async function all<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

function fieldOf(value: unknown): Field {
  const given = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  return given.find((name): name is Field => Object.hasOwn(SHAPES, name)) ?? 'images';
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
