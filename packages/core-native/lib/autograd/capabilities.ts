/** What libtorch is there, or why not. */
import { existsSync } from 'node:fs';
import { SakerError } from '@saker/spec';
import { ADDON_PATH, loadAddon, type NativeAddon } from './native.js';

export interface TorchCapabilities {
  readonly available: boolean;
  /** Version of the libtorch that the addon was compiled against, e.g. "1.13.1". */
  readonly version?: string;
  /** Why it is not available, with what to do about it. */
  readonly reason?: string;
  readonly cudaBuilt?: boolean;
  readonly cudaAvailable?: boolean;
  /** Intra-op threads libtorch takes when a model names none. */
  readonly threads?: number;
  readonly mkldnn?: boolean;
  readonly blas?: string;
  /** Time the first load took in this process, shared libraries included. */
  readonly loadMs?: number;
}

type Loaded = { addon: NativeAddon; loadMs: number } | { reason: string };
let loaded: Loaded | undefined;

function load(): Loaded {
  if (loaded) return loaded;
  const start = performance.now();
  try {
    loaded = { addon: loadAddon(), loadMs: performance.now() - start };
  } catch (error) {
    loaded = { reason: explain(error) };
  }
  return loaded;
}

function explain(error: unknown): string {
  if (!existsSync(ADDON_PATH)) {
    return `${ADDON_PATH} was not built; install libtorch (Debian/Ubuntu: apt-get install libtorch-dev), or set LIBTORCH to a PyTorch folder, and run npm run build-native`;
  }
  const text = error instanceof Error ? error.message.split('\n')[0] : String(error);
  return `${text}; reinstall the libtorch that the addon was built with, or run npm run build-native again`;
}

/** Loads autograd.node on the first call and tells what is there. Never throws. */
export function torchCapabilities(): TorchCapabilities {
  const state = load();
  if ('reason' in state) return { available: false, reason: state.reason };
  return { available: true, ...state.addon.torchInfo(), loadMs: state.loadMs };
}

/** The addon; throws E_TORCH_NOT_FOUND with the reason when it can't be loaded. */
export function requireAddon(): NativeAddon {
  const state = load();
  if ('reason' in state) throw new SakerError('E_TORCH_NOT_FOUND', { detail: state.reason });
  return state.addon;
}
