/** The one place that loads core.node, on first use. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { SakerError } from '@saker/spec/light';
import { addonPath } from './addon-path.js';
import type { Binding } from './binding.js';

/** Path of the built addon inside the package. */
export const CORE_ADDON_PATH = addonPath('core.node');

const BUILD = 'npm run build-native -w @saker/core-native';
const LIBRARIES = 'apt-get install libjpeg62-turbo-dev libspng-dev libwebp-dev libhwy-dev';

interface Symptom {
  readonly sign: RegExp;
  readonly remedy: string;
}

/** What the dynamic loader says, and what helps. The first match is given. */
const SYMPTOMS: readonly Symptom[] = [
  {
    sign: /cannot open shared object file|Library not loaded/,
    remedy: `A library the addon was built with is missing. Install it again (Debian/Ubuntu: ${LIBRARIES}), then ${BUILD}.`,
  },
  {
    sign: /GLIBC|GLIBCXX|CXXABI/,
    remedy: `The addon was built on a newer system than this one. Build it here: ${BUILD}.`,
  },
  {
    sign: /ELF|mach-o|not a valid Win32|wrong architecture|file too short/i,
    remedy: `The addon is damaged or was built for another processor or system. Delete packages/core-native/build, then ${BUILD}.`,
  },
  {
    sign: /undefined symbol|symbol not found/i,
    remedy: `The addon and a library it uses do not fit together, or Node is older than 20.19. Delete packages/core-native/build, then ${BUILD}.`,
  },
];

/** The error for an addon that does not load: what was tried, what was found, what helps. */
export function explainLoadFailure(path: string, thrown: unknown): SakerError {
  const system = `${process.platform}-${process.arch}, Node ${process.versions.node}`;
  if (!existsSync(path)) {
    const detail = `there is no file at ${path} (${system})`;
    const remedy = `Build it: ${BUILD}. That needs cmake, a C++17 compiler and the codecs; tools/setup installs them (Debian/Ubuntu: apt-get install cmake ninja-build g++ pkg-config ${LIBRARIES.slice('apt-get install '.length)}).`;
    return new SakerError('E_NATIVE_NOT_BUILT', { addon: 'core.node', detail, remedy }, { cause: thrown });
  }
  const text = thrown instanceof Error ? (thrown.message.split('\n')[0] ?? '') : String(thrown);
  const known = SYMPTOMS.find(({ sign }) => sign.test(text));
  const remedy = known?.remedy ?? `Build it again: ${BUILD}.`;
  const detail = `${text} (${system})`;
  return new SakerError('E_NATIVE_NOT_BUILT', { addon: 'core.node', detail, remedy }, { cause: thrown });
}

let loaded: Binding | undefined;

/**
 * The addon; loaded once per thread.
 * @throws SakerError E_NATIVE_NOT_BUILT with the remedy that fits the symptom.
 */
export function binding(): Binding {
  if (loaded) return loaded;
  let addon: Binding;
  try {
    addon = createRequire(import.meta.url)(CORE_ADDON_PATH) as Binding;
  } catch (thrown) {
    throw explainLoadFailure(CORE_ADDON_PATH, thrown);
  }
  addon.init(SakerError);
  loaded = addon;
  return addon;
}
