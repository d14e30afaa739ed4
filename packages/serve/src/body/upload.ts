/** What every body reader yields. */

export interface UploadedPicture {
  /** Alone in its ArrayBuffer, so that it can be transferred. */
  readonly bytes: Uint8Array;
  /** The file name the client gave, if any. */
  readonly name: string | null;
}

export interface Upload {
  readonly pictures: readonly UploadedPicture[];
  /** True when the answer is a list, even of one. */
  readonly many: boolean;
}
