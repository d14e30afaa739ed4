/**
 * Writes the files that follow from the registries of @saker/spec (built output).
 *   node tools/codegen/index.mjs           writes them
 *   node tools/codegen/index.mjs --check   writes nothing, exits 1 when a file differs
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BATCH_OPS, ERRORS, OPS } from '@saker/spec';
import { batchOps, batchPage } from './batch-ops.mjs';
import { errorsPage, transformsPage } from './docs.mjs';
import { errorCodes } from './error-codes.mjs';
import { opParams } from './op-params.mjs';
import { opHeaders, stepDevice, stepKernels, stepKinds, stepReferences, stepStructs } from './steps.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const files = {
  'packages/core-native/src/gen/error_codes.h': errorCodes(ERRORS),
  'packages/core-native/src/gen/op_params.h': opParams(OPS),
  'packages/core-native/src/gen/batch_ops.h': batchOps(BATCH_OPS),
  'packages/core-native/src/gen/ops.h': opHeaders(OPS),
  'packages/core-native/src/gen/step_kinds.h': stepKinds(OPS),
  'packages/core-native/src/gen/steps.h': stepStructs(OPS),
  'packages/core-native/src/gen/steps_reference.h': stepReferences(OPS),
  'packages/core-native/src/gen/steps.cuh': stepDevice(OPS),
  'packages/core-native/src/gen/steps-inl.h': stepKernels(OPS),
  'docs/reference/errors.md': errorsPage(ERRORS),
  'docs/reference/transforms.md': transformsPage(OPS),
  'docs/reference/batch-ops.md': batchPage(BATCH_OPS),
};

const check = process.argv.includes('--check');
for (const [path, text] of Object.entries(files)) {
  const file = join(root, path);
  const old = await readFile(file, 'utf8').catch(() => null);
  if (old === text) continue;
  if (check) {
    console.error(`${path} is not what the registries give: npm run codegen -w @saker/core-native`);
    process.exitCode = 1;
    continue;
  }
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  console.log(`wrote ${path}`);
}
