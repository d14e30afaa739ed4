/** An encoded picture with its size in pixels; sRGB. */
export interface PngImage {
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
}
