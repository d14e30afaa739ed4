/** Multipart bodies: one or more files in the field "file"; other text fields are ignored. */
import { SakerError } from '@saker/spec';
import type { FastifyRequest } from 'fastify';
import type { BodyLease } from './lease.js';
import { readChunks } from './read-bytes.js';
import type { Upload, UploadedPicture } from './upload.js';

/** The field pictures are sent in. */
export const FILE_FIELD = 'file';
const NAME_LIMIT = 200;

/**
 * @throws SakerError E_BODY_INVALID for broken framing, a missing field, a file in another field or too many files;
 *   E_BODY_TOO_LARGE, E_OVERLOADED, E_CANCELLED.
 */
export async function readMultipart(request: FastifyRequest, lease: BodyLease): Promise<Upload> {
  const pictures: UploadedPicture[] = [];
  try {
    for await (const part of request.parts()) {
      if (part.type !== 'file') continue;
      if (part.fieldname !== FILE_FIELD)
        throw invalid(
          `expected files in the field "${FILE_FIELD}", received field "${clip(part.fieldname)}"`,
        );
      pictures.push({
        chunks: await readChunks(part.file, lease),
        name: part.filename ? clip(part.filename) : null,
      });
    }
  } catch (thrown) {
    if (thrown instanceof SakerError) throw thrown;
    throw fromParser(thrown);
  }
  if (pictures.length === 0) throw invalid(`it has no file in the field "${FILE_FIELD}"`);
  return { pictures, many: pictures.length > 1 };
}

const CODES: Readonly<Record<string, string>> = {
  FST_PARTS_LIMIT: 'it has too many parts',
  FST_FILES_LIMIT: 'it has too many files',
  FST_FIELDS_LIMIT: 'it has too many fields',
  FST_PROTO_VIOLATION: 'a field has a reserved name',
};

function fromParser(thrown: unknown): SakerError {
  const code = (thrown as { readonly code?: string }).code ?? '';
  if (code === 'FST_MP_PREMATURE_CLOSE') return new SakerError('E_CANCELLED', { what: 'The request' });
  return invalid(CODES[code] ?? 'its multipart framing is broken or cut short');
}

function clip(text: string): string {
  return text.length > NAME_LIMIT ? `${text.slice(0, NAME_LIMIT)}...` : text;
}

function invalid(detail: string): SakerError {
  return new SakerError('E_BODY_INVALID', { detail });
}
