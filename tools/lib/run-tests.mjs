// Runs the named suites one after the other (all of them by default) and sums their results.
// Every suite leaves a machine-readable result file; one that ends without it counts as a failure.
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runProcess } from './run-process.mjs';
import { formatCounts, readCheckLine, readJunit, readVitest, sum } from './test-results.mjs';
import { listSuites } from './test-suites.mjs';

const root = resolve(import.meta.dirname, '../..');
const results = join(root, '.cache/test-results');
const readers = { vitest: readVitest, junit: readJunit, checks: readCheckLine };

async function runSuite(suite) {
  const file = join(results, `${suite.name}.${suite.kind === 'junit' ? 'xml' : 'json'}`);
  rmSync(file, { force: true });
  console.log(`\n== ${suite.name}: ${suite.title}`);
  const started = performance.now();
  const status = await runProcess(suite.command(file), { cwd: join(root, suite.cwd) });
  const counts = readers[suite.kind](file);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (!counts) {
    console.log(`${suite.name} ended with status ${status} and left no results: counted as 1 failure.`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  if (status !== 0 && counts.failed === 0) {
    console.log(`${suite.name} ended with status ${status} though no test failed: counted as 1 failure.`);
    counts.failed = 1;
  }
  console.log(`== ${suite.name}: ${formatCounts(counts)} in ${seconds} s`);
  return counts;
}

const wanted = process.argv.slice(2);
const suites = listSuites(root);
const unknown = wanted.filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  console.error(`No suite ${unknown.join(', ')}; there are: ${suites.map((s) => s.name).join(', ')}.`);
  process.exit(2);
}
mkdirSync(results, { recursive: true });
const rows = [];
for (const suite of suites) {
  if (wanted.length > 0 && !wanted.includes(suite.name)) continue;
  rows.push({ name: suite.name, counts: await runSuite(suite) });
}
// At the end once more, where a reader of a long log looks first.
for (const { name, counts } of rows) {
  for (const failure of counts.failures ?? []) console.log(`\nFAILED in ${name}: ${failure}`);
}
console.log('\nAll suites:');
for (const { name, counts } of rows) console.log(`  ${name.padEnd(12)} ${formatCounts(counts)}`);
const total = sum(rows.map((row) => row.counts));
if (total.passed + total.failed === 0) {
  console.log('No test ran: counted as 1 failure.');
  total.failed = 1;
}
console.log(formatCounts(total));
process.exitCode = total.failed > 0 ? 1 : 0;
