import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { fastModel, temporaryFolder } from './support/models.js';

const folder = temporaryFolder();

it('starts under a command line of 100 KB, which ONNX Runtime with telemetry does not survive', () => {
  const model = fastModel(folder);
  const serve = fileURLToPath(import.meta.resolve('@saker/serve'));
  const script = join(folder, 'start.mjs');
  writeFileSync(
    script,
    `import { startServer } from ${JSON.stringify(serve)};
     const server = await startServer({ model: ${JSON.stringify(model)}, port: 0, workers: 1 });
     await server.close();
     console.log('served');`,
  );
  const { ORT_DISABLE_TELEMETRY: _, ...env } = process.env;
  const { stdout, signal } = spawnSync(process.execPath, [script, 'a'.repeat(100_000)], {
    env,
    encoding: 'utf8',
  });
  expect([signal, stdout]).toEqual([null, 'served\n']);
});
