/** Where a run's batches are made. */
import { capabilities, Loader, type LoaderOptions } from '@saker/core-native';
import { SakerError } from '@saker/spec';

/** The CUDA loader works on the first device only. */
const LOADER_DEVICES = new Set(['cuda', 'cuda:0']);

/**
 * A loader whose batches lie on the engine's `device` where it can make them there: on the first CUDA device, by a core.node
 * that has CUDA code, for a pipeline that the device runs. Else on the host, from where the engine copies them. The pixels of
 * both agree to rounding (docs/design/0008-cuda.md).
 * @throws SakerError as the Loader.
 */
export function openLoader(options: LoaderOptions, device: string): Loader {
  if (!LOADER_DEVICES.has(device) || !capabilities().cuda.available) return new Loader(options);
  try {
    return new Loader({ ...options, device: 'cuda' });
  } catch (error) {
    if (error instanceof SakerError && error.code === 'E_PIPELINE_UNSUPPORTED') return new Loader(options);
    throw error;
  }
}
