import { defineErrors, entry } from './define.js';

/** One picture. These never take a batch, a run or a server down. */
export const imageErrors = defineErrors({
  E_IMAGE_EMPTY: entry('{file} holds no bytes.', 'Send a JPEG, PNG or WebP picture.', 400, 4),
  E_IMAGE_FORMAT: entry(
    '{file} is not a picture Saker can decode: {detail}.',
    'Convert it to JPEG, PNG or WebP.',
    415,
    4,
  ),
  E_IMAGE_CORRUPT: entry('{file} is damaged: {detail}.', 'Get the picture from its source again.', 422, 4),
  E_IMAGE_TRUNCATED: entry('{file} is cut short: {detail}.', 'Copy or upload the whole file again.', 422, 4),
  E_IMAGE_TOO_LARGE: entry(
    '{file} is too large: {detail}.',
    'Send a smaller picture, or raise the pixel limit if you trust the source.',
    413,
    4,
  ),
  E_IMAGE_TIMEOUT: entry(
    '{file} takes too long to decode: {detail}.',
    'Save the picture anew, as a baseline JPEG or a PNG, or raise maxDecodeMs if you trust the source.',
    422,
    4,
  ),
  E_IMAGE_TOO_SMALL: entry(
    '{file} is too small: {detail}.',
    'Put a Resize before the crop, or let the crop pad (pad_if_needed).',
    422,
    4,
  ),
});
