// nothing names a folder of one machine or a package registry's host
import { lineOf, listFiles, readText, report } from '../lib/repository.mjs';

const PATTERNS = [
  // An absolute path into somebody's home or working folder.
  /(?<![\w.~$}-])\/(?:home|root|Users|work|workspace|mnt)\/[\w.-]+/g,
  /\bregistry\.(?:npmjs|yarnpkg)\.\w+/g,
  /"resolved": "https?:/g,
];
const TEXT =
  /\.(ts|tsx|js|mjs|json|md|yml|yaml|cc|h|cu|cuh|cmake|sh|txt|csv)$|\/(setup|test|quickstart|run|all)$/;

const problems = [];
for (const file of listFiles(TEXT)) {
  const text = readText(file);
  for (const pattern of PATTERNS) {
    for (const match of text.matchAll(pattern)) {
      problems.push(`${file}:${lineOf(text, match.index)}: ${match[0]}`);
    }
  }
}
report(problems);
