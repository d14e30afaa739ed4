/**
 * Multipart bodies (RFC 7578): one or more files in the field "file"; other text fields are ignored. The parser hands
 * over files in the pieces that they came in.
 */
import { ContentDisposition } from '@remix-run/headers/content-disposition';
import {
  getMultipartBoundary,
  MaxPartsExceededError,
  MultipartParser,
  type MultipartPart,
} from '@remix-run/multipart-parser';
import { SakerError } from '@saker/spec';
import type { FastifyRequest } from 'fastify';
import type { BodyLease } from './lease.js';
import { consume, withoutCrumbs } from './read-bytes.js';
import type { Upload, UploadedPicture } from './upload.js';

/** The field pictures are sent in. */
export const FILE_FIELD = 'file';
const NAME_LIMIT = 200;
/** Text fields beside the files. */
const SPARE_PARTS = 16;
/** RFC 2046. The parser's search for the beginning of a boundary takes the square of its length. */
const BOUNDARY_LIMIT = 70;
const LINE_END = Buffer.from('\r\n');

/**
 * @throws SakerError E_BODY_INVALID for broken framing, a missing field, a file in another field or too many files;
 *   E_BODY_TOO_LARGE, E_OVERLOADED, E_CANCELLED.
 */
export async function readMultipart(
  request: FastifyRequest,
  lease: BodyLease,
  maxPictures: number,
): Promise<Upload> {
  const boundary = getMultipartBoundary(request.headers['content-type'] ?? '');
  if (!boundary || boundary.length > BOUNDARY_LIMIT)
    throw invalid(`its content-type names no boundary of 1 to ${BOUNDARY_LIMIT} characters`);
  const form = new Form(boundary, maxPictures);
  await consume(request.raw, lease, (chunk) => form.write(chunk));
  return form.end();
}

class Form {
  readonly #parser: MultipartParser;
  readonly #pictures: UploadedPicture[] = [];
  #begun = false;

  constructor(
    boundary: string,
    private readonly maxPictures: number,
  ) {
    // The lease bounds the bytes of the whole body.
    const size = Number.POSITIVE_INFINITY;
    const maxParts = maxPictures + SPARE_PARTS;
    this.#parser = new MultipartParser(boundary, { maxParts, maxFileSize: size, maxTotalSize: size });
  }

  write(chunk: Uint8Array): void {
    // Some clients begin with the line end that belongs to every other boundary.
    const bytes = this.#begun || !startsWithLineEnd(chunk) ? chunk : chunk.subarray(LINE_END.length);
    this.#begun = true;
    try {
      for (const part of this.#parser.write(bytes)) this.#add(part);
    } catch (thrown) {
      if (thrown instanceof SakerError) throw thrown;
      if (thrown instanceof MaxPartsExceededError) throw invalid('it has too many parts');
      // What follows the last boundary says nothing (RFC 2046): a line end as a rule, which may come by itself.
      if (!this.#whole()) throw broken();
    }
  }

  end(): Upload {
    if (!this.#whole()) throw broken();
    const pictures = this.#pictures;
    if (pictures.length === 0) throw invalid(`it has no file in the field "${FILE_FIELD}"`);
    return { pictures, many: pictures.length > 1 };
  }

  #add(part: MultipartPart): void {
    const { name, filename, filenameSplat } = ContentDisposition.from(
      part.headers['content-disposition'] ?? null,
    );
    // Some old clients give a name that is not ASCII in this form alone, though RFC 7578 forbids it.
    const file = filename ?? (filenameSplat && decoded(filenameSplat));
    if (file === undefined && part.mediaType !== 'application/octet-stream') return;
    if (name !== FILE_FIELD)
      throw invalid(`expected files in the field "${FILE_FIELD}", received field "${clip(name ?? '')}"`);
    if (this.#pictures.length === this.maxPictures) throw invalid('it has too many files');
    this.#pictures.push({ chunks: withoutCrumbs(part.content), name: file ? clip(file) : null });
  }

  /** Whether the last boundary has come. */
  #whole(): boolean {
    try {
      this.#parser.finish();
      return true;
    } catch {
      return false;
    }
  }
}

function startsWithLineEnd(bytes: Uint8Array): boolean {
  return LINE_END.equals(bytes.subarray(0, LINE_END.length));
}

/** A name in the form of RFC 8187 where it is UTF-8, else as it was sent. */
function decoded(name: string): string {
  const encoded = /^utf-8'[^']*'(.*)$/i.exec(name)?.[1];
  try {
    return encoded === undefined ? name : decodeURIComponent(encoded);
  } catch {
    return name;
  }
}

function clip(text: string): string {
  return text.length > NAME_LIMIT ? `${text.slice(0, NAME_LIMIT)}...` : text;
}

function broken(): SakerError {
  return invalid('its multipart framing is broken or cut short');
}

function invalid(detail: string): SakerError {
  return new SakerError('E_BODY_INVALID', { detail });
}
