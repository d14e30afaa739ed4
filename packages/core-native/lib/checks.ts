/** Argument checks: expected X for NAME, received VALUE. The addon trusts what passed here. */
import { SakerError } from '@saker/spec/light';

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'object' && value !== null) return value.constructor?.name ?? 'an object';
  return String(value);
}

export function refuse(name: string, expected: string, value: unknown): never {
  throw new SakerError('E_ARG_INVALID', { name, expected, received: show(value) });
}

/** A whole number in [low, high]; `fallback` when undefined. */
export function whole(name: string, value: unknown, low: number, high: number, fallback?: number): number {
  if (value === undefined && fallback !== undefined) return fallback;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < low || value > high) {
    refuse(name, `a whole number from ${low} to ${high}`, value);
  }
  return value;
}

export const MAX_SEED = Number.MAX_SAFE_INTEGER;
export const MAX_UINT32 = 0xffff_ffff;
export const MAX_INT32 = 0x7fff_ffff;
export const MAX_THREADS = 1024;

/** Pillow's decompression bomb limit. */
export const DEFAULT_MAX_PIXELS = 89_478_485;

/** Processor time; the largest picture let in by default takes some seconds. */
export const DEFAULT_MAX_DECODE_MS = 30_000;

/** What a picture may cost. */
export interface PictureLimits {
  /** Refuse pictures with more pixels than this, judged from the header; default 89,478,485. */
  readonly maxPixels?: number;
  /**
   * Refuse pictures whose decoding takes more processor time than this, in milliseconds, with E_IMAGE_TIMEOUT;
   * default 30,000. For pictures that sharp decodes: wall time, in whole seconds.
   */
  readonly maxDecodeMs?: number;
}

export function pictureLimits(options: PictureLimits): Required<PictureLimits> {
  return {
    maxPixels: whole('maxPixels', options.maxPixels, 1, MAX_SEED, DEFAULT_MAX_PIXELS),
    maxDecodeMs: whole('maxDecodeMs', options.maxDecodeMs, 1, 3_600_000, DEFAULT_MAX_DECODE_MS),
  };
}
