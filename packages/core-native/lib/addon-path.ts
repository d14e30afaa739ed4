/** Where the built addons lie. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Path of an addon inside the package; looked up by the package's name, since this code may have been bundled elsewhere. */
export function addonPath(file: string): string {
  const manifest = createRequire(import.meta.url).resolve('@saker/core-native/package.json');
  return join(dirname(manifest), 'build/Release', file);
}
