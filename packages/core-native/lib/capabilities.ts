import type { NativeCapabilities } from './binding.js';
import { binding } from './load-binding.js';

/** What this build of core.node can do on this machine. */
export type Capabilities = NativeCapabilities;

/**
 * Versions, the SIMD target that runs, usable processors, codecs, and CUDA or why not.
 * @throws SakerError E_NATIVE_NOT_BUILT.
 */
export function capabilities(): Capabilities {
  return binding().capabilities();
}
