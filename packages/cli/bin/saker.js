#!/usr/bin/env node
import * as nodeModule from 'node:module';

// Node 22.8 and newer keep what they compiled for the next start: a quarter less processor time for it.
nodeModule.enableCompileCache?.();
let main;
try {
  ({ main } = await import('../dist/index.js'));
} catch (error) {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  process.stderr.write(
    'error E_NATIVE_NOT_BUILT: Saker is not compiled here.\n  hint: Run tools/setup in the clone, or install @saker/cli from npm.\n',
  );
  process.exit(6);
}
await main(process.argv.slice(2), process);
