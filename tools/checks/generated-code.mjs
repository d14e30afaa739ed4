// generated files are what their generators write
import { execSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readText, report, root } from '../lib/repository.mjs';

// Every package's `codegen` script takes --check: write nothing, exit 1 on a difference.
const problems = [];
for (const name of readdirSync(join(root, 'packages'))) {
  const command = JSON.parse(readText(`packages/${name}/package.json`)).scripts?.codegen;
  if (!command) continue;
  try {
    execSync(`${command} --check`, {
      cwd: join(root, 'packages', name),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  } catch (error) {
    problems.push(`${name}: run npm run codegen -w @saker/${name} and commit the result`);
    const said = error.stdout?.toString().trim();
    if (said) problems.push(said);
  }
}
report(problems);
