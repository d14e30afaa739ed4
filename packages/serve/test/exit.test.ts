import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { slowModel, temporaryFolder } from './support/models.js';
import { jpeg } from './support/pictures.js';

const folder = temporaryFolder();

it('process.exit in the middle of inference gives its exit code, three times of three', async () => {
  const model = slowModel(folder);
  const photo = join(folder, 'photo.jpg');
  writeFileSync(photo, await jpeg());
  const script = join(folder, 'exit.mjs');
  writeFileSync(
    script,
    `import { readFileSync } from 'node:fs';
     import { startServer } from ${JSON.stringify(fileURLToPath(import.meta.resolve('@saker/serve')))};
     const server = await startServer({ model: ${JSON.stringify(model)}, port: 0, workers: 2 });
     const init = { method: 'POST', body: readFileSync(${JSON.stringify(photo)}), headers: { 'content-type': 'image/jpeg' } };
     for (let i = 0; i < 20; i++) fetch(server.url + '/predict', init).catch(() => {});
     const { models } = server.app;
     setInterval(() => models.state().running >= 2 && setTimeout(() => process.exit(3), 5), 1);`,
  );
  for (let round = 0; round < 3; round++) {
    const { status, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([3, '']);
  }
});
