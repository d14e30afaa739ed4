/** What every body reader yields. */
import type { Chunks } from './chunks.js';

export interface UploadedPicture {
  /** The encoded picture in pieces, in order. */
  readonly chunks: Chunks;
  /** The file name the client gave, if any. */
  readonly name: string | null;
}

export interface Upload {
  readonly pictures: readonly UploadedPicture[];
  /** True when the answer is a list, even of one. */
  readonly many: boolean;
}
