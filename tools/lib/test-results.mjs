// Reads what a test runner left behind. Each reader returns { passed, failed, skipped }, or null without a result.
import { existsSync, readFileSync } from 'node:fs';

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
  };
}

/** ctest's JUnit file. */
export function readJunit(file) {
  if (!existsSync(file)) return null;
  const suite = /<testsuite\b([^>]*)>/.exec(readFileSync(file, 'utf8'));
  if (!suite) return null;
  const count = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite[1])?.[1] ?? 0);
  const skipped = count('skipped') + count('disabled');
  const failed = count('failures') + count('errors');
  return { passed: count('tests') - failed - skipped, failed, skipped };
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
