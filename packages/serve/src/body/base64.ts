/** Strict base64 (RFC 4648 section 4): no white space, no URL alphabet, padded, no stray bits. */
import { SakerError } from '@saker/spec';

const DATA_URI = /^data:[a-z0-9!#$&^_.+/-]*(?:;[a-z0-9-]+=[^;,]*)*;base64,/i;
/** Searched for, not matched as a whole: a match over megabytes would overflow the engine's backtrack stack. */
const FOREIGN = /[^A-Za-z0-9+/]/;
const PADDING = /={1,2}$/;
/** A data: prefix longer than this is not one. */
const PREFIX_LIMIT = 256;

/**
 * Decodes base64, with or without a `data:...;base64,` prefix. Node's own decoder skips what it does not know, which would
 * turn a damaged upload into another picture.
 * @param field names the value in errors.
 * @throws SakerError E_BODY_INVALID.
 */
export function decodeBase64(text: string, field: string): Uint8Array {
  const refuse = (detail: string): never => {
    throw new SakerError('E_BODY_INVALID', { detail: `${field} ${detail}` });
  };
  const prefix = text.startsWith('data:') ? DATA_URI.exec(text.slice(0, PREFIX_LIMIT)) : null;
  if (text.startsWith('data:') && !prefix) refuse('is a data: URI that is not base64');
  const body = prefix ? text.slice(prefix[0].length) : text;
  if (body.length % 4 !== 0 || FOREIGN.test(body.replace(PADDING, ''))) refuse('is not base64');
  const bytes = Buffer.from(body, 'base64');
  // The last group may carry bits that no byte uses; encoders leave them zero.
  const tail = body.slice(-4);
  if (Buffer.from(tail, 'base64').toString('base64') !== tail) refuse('is not base64');
  return bytes;
}
