// Reads what a test runner left behind. Each reader returns { passed, failed, skipped } and, where the runner tells,
// `failures`: a line per failed test. It returns null without a result.
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** vitest's JSON reporter. A file that failed before any test of it ran counts as one failure. */
export function readVitest(file) {
  if (!existsSync(file)) return null;
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const brokenFiles = report.testResults.filter(
    (result) => result.status === 'failed' && !result.assertionResults.some((a) => a.status === 'failed'),
  ).length;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: report.testResults.flatMap(vitestFailures),
  };
}

/** What failed in one file of vitest's report: where, which test, and the first lines of the reason. */
function vitestFailures(result) {
  const file = relative(process.cwd(), result.name);
  const failed = result.assertionResults.filter((assertion) => assertion.status === 'failed');
  if (failed.length === 0 && result.status === 'failed') return [`${file}: ${firstLines(result.message)}`];
  return failed.map(
    ({ fullName, failureMessages }) => `${file}: ${fullName}: ${firstLines(failureMessages[0])}`,
  );
}

const firstLines = (text = '') => text.split('\n').slice(0, 3).join(' ').slice(0, 500);

/** ctest's JUnit file. */
export function readJunit(file) {
  if (!existsSync(file)) return null;
  const xml = readFileSync(file, 'utf8');
  const suite = /<testsuite\b([^>]*)>/.exec(xml);
  if (!suite) return null;
  const count = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite[1])?.[1] ?? 0);
  const skipped = count('skipped') + count('disabled');
  const failed = count('failures') + count('errors');
  const failures = [...xml.matchAll(/<testcase\b[^>]*\bname="([^"]*)"[^>]*\bstatus="fail"/g)].map(
    (found) => found[1],
  );
  return { passed: count('tests') - failed - skipped, failed, skipped, failures };
}

/** The file that tools/checks/all writes. */
export function readCheckLine(file) {
  if (!existsSync(file)) return null;
  return JSON.parse(readFileSync(file, 'utf8'));
}

export function sum(rows) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const row of rows) for (const key of Object.keys(total)) total[key] += row[key];
  return total;
}

/** `N passed, N failed`, and `, N skipped` when there are any. */
export function formatCounts({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
