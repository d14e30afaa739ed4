#!/usr/bin/env node
import { statSync } from 'node:fs';
import * as nodeModule from 'node:module';

// Node 22.8 and newer keep what they compiled for the next start: a quarter less processor time for it.
nodeModule.enableCompileCache?.();

const written = (path) => statSync(new URL(path, import.meta.url), { throwIfNoEntry: false })?.mtimeMs ?? 0;
const packages = ['spec', 'core-native', 'graph', 'dataset', 'evaluate', 'trainer', 'serve', 'cli'];
// The bundle starts faster. One that is older than a package is left aside until it is made again.
const bundled = written('../bundle/cli.js');
const fresh = bundled > 0 && packages.every((name) => written(`../../${name}/dist/.tsbuildinfo`) <= bundled);

let main;
try {
  ({ main } = await import(fresh ? '../bundle/cli.js' : '../dist/index.js'));
} catch (error) {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  process.stderr.write(
    'error E_NATIVE_NOT_BUILT: Saker is not compiled here.\n  hint: Run tools/setup in the clone, or install @saker/cli from npm.\n',
  );
  process.exit(6);
}
await main(process.argv.slice(2), process);
