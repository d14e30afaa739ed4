// The suites of `npm test`, in the order in which they run: what the others rest on comes first.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGES = ['spec', 'graph', 'core-native', 'dataset', 'evaluate', 'trainer', 'serve', 'cli'];
const CROSS_PACKAGE = [
  ['parity', 'the same probabilities and pixels everywhere'],
  ['e2e', 'the saker command, end to end'],
  ['regression', 'one test per issue'],
];

function hasTests(folder) {
  if (!existsSync(folder)) return false;
  return readdirSync(folder, { recursive: true, withFileTypes: true }).some(
    (entry) =>
      entry.isFile() && entry.name.endsWith('.test.ts') && !entry.parentPath.includes('node_modules'),
  );
}

// A busy machine is no defect: limits that only a hang can reach.
const PATIENCE = ['--testTimeout=300000', '--hookTimeout=300000'];

const vitest = (file, ...more) => [
  ...['npx', '--no-install', 'vitest', 'run', '--reporter=default', '--reporter=json'],
  ...[`--outputFile.json=${file}`, ...more],
];

/** Each suite: name, title, kind of its result file, folder to run in, and command given that file. */
export function listSuites(root) {
  const packages = PACKAGES.filter((name) => hasTests(join(root, 'packages', name))).map((name) => ({
    name,
    title: `vitest in packages/${name}`,
    kind: 'vitest',
    cwd: `packages/${name}`,
    command: (file) => vitest(file, ...PATIENCE),
  }));
  const across = CROSS_PACKAGE.filter(([name]) => hasTests(join(root, 'test', name))).map(
    ([name, title]) => ({
      name,
      title,
      kind: 'vitest',
      cwd: 'test',
      command: (file) => vitest(file, '--dir', name),
    }),
  );
  const native = {
    name: 'native',
    title: 'GoogleTest in packages/core-native, by ctest',
    kind: 'junit',
    cwd: 'packages/core-native',
    command: (file) => ['bash', 'cmake/test-native', '--output-junit', file],
  };
  const checks = {
    name: 'checks',
    title: 'the rules of this repository',
    kind: 'checks',
    cwd: '.',
    command: (file) => ['bash', 'tools/checks/all', '--results', file],
  };
  return [checks, native, ...packages, ...across];
}
