/** docs/reference/decoding.md says what every awkward file gets. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { sharedDir } from './fixtures/shared.js';

const shared = sharedDir();
const there = shared !== null && existsSync(join(shared, 'data/awkward'));
if (!there)
  console.log('skipped: the table of awkward files: there is no ../shared/data/awkward beside the checkout');

test.skipIf(!there)('every awkward file gets what the table says', () => {
  const tool = resolve(import.meta.dirname, '../../../tools/awkward-table.mjs');
  const { status, stderr } = spawnSync(process.execPath, [tool, '--check'], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});
