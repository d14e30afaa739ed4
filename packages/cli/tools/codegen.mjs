// Writes docs/reference/cli.md from the command definitions. --check writes nothing and exits 1 on a difference.
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { referencePage } from '../dist/index.js';

const file = resolve(import.meta.dirname, '../../../docs/reference/cli.md');
const page = referencePage();
if (!process.argv.includes('--check')) writeFileSync(file, page);
else if (readFileSync(file, 'utf8') !== page) {
  console.log('docs/reference/cli.md differs from the command definitions');
  process.exitCode = 1;
}
