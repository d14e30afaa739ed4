// Does node_modules hold what package-lock.json asks for? Exit 0 when it does; else prints the reason and exits 1.
// npm writes node_modules/.package-lock.json after every install; comparing the two finds changed, missing and
// half-finished installs. The answer is remembered under the hash of both files, so asking again is cheap.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const LOCK = 'package-lock.json';
const INSTALLED = 'node_modules/.package-lock.json';
const STAMP = 'node_modules/.saker-installed';

function reason() {
  if (!existsSync(INSTALLED)) return 'there is no finished node_modules here';
  const lockText = readFileSync(LOCK, 'utf8');
  const installedText = readFileSync(INSTALLED, 'utf8');
  const hash = createHash('sha256')
    .update(process.version)
    .update(lockText)
    .update(installedText)
    .digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash) return null;
  const installed = JSON.parse(installedText).packages;
  for (const [path, entry] of Object.entries(JSON.parse(lockText).packages)) {
    if (!path.includes('node_modules/') || entry.optional || entry.devOptional || entry.peer) continue;
    const here = installed[path];
    if (!here) return `${path.replace(/^.*node_modules\//, '')} is missing`;
    if (!entry.link && here.version !== entry.version) {
      return `${path.replace(/^.*node_modules\//, '')} is ${here.version}, wanted ${entry.version}`;
    }
    if (!existsSync(path)) return `${path} was removed`;
  }
  writeFileSync(STAMP, hash);
  return null;
}

const found = reason();
if (found) {
  console.log(found);
  process.exitCode = 1;
}
