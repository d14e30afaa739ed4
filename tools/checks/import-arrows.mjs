// packages import each other by name and only along the arrows
//
//   spec <- core-native, graph <- dataset, evaluate <- trainer, serve <- cli
//
// Trainer and serve meet in the model file only, evaluate reads no data set, and .node files are loaded by
// core-native/lib alone.
import { join, normalize } from 'node:path';
import { lineOf, listFiles, readText, report } from '../lib/repository.mjs';

const MAY_IMPORT = {
  spec: [],
  'core-native': ['spec'],
  graph: ['spec'],
  dataset: ['spec', 'core-native', 'graph'],
  evaluate: ['spec', 'core-native', 'graph'],
  trainer: ['spec', 'core-native', 'graph', 'dataset', 'evaluate'],
  serve: ['spec', 'core-native', 'graph', 'evaluate'],
  cli: ['spec', 'core-native', 'graph', 'dataset', 'evaluate', 'trainer', 'serve'],
};
// Tests may reach sideways for their fixtures, as devDependencies do.
const IMPORT =
  /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*|\brequire\.resolve\s*\(\s*)(['"])([^'"\n]+)\1/g;

function checkImport(file, owner, target, isTest) {
  if (target.startsWith('.')) {
    const path = normalize(join(file, '..', target));
    if (!isTest && !path.startsWith(`packages/${owner}/`)) return `reaches outside its package: ${target}`;
  }
  const name = /^@saker\/([a-z-]+)/.exec(target)?.[1];
  if (name && name !== owner && !isTest && !MAY_IMPORT[owner].includes(name)) {
    return `${owner} must not import ${name}`;
  }
  if (/\.node$/.test(target) && !file.startsWith('packages/core-native/lib/')) {
    return `only core-native/lib loads native addons: ${target}`;
  }
  return null;
}

const problems = [];
for (const file of listFiles(/^packages\/[^/]+\/.*\.(ts|js|mjs|tsx)$/)) {
  const owner = file.split('/')[1];
  const isTest = /\.test\.ts$|\/(test|bench|tools)\//.test(file);
  if (!(owner in MAY_IMPORT)) {
    problems.push(`${file}: package ${owner} has no place in the arrows; give it one in this check`);
    continue;
  }
  const text = readText(file);
  for (const match of text.matchAll(IMPORT)) {
    const wrong = checkImport(file, owner, match[2], isTest);
    if (wrong) problems.push(`${file}:${lineOf(text, match.index)}: ${wrong}`);
  }
}
for (const [owner, allowed] of Object.entries(MAY_IMPORT)) {
  const manifest = JSON.parse(readText(`packages/${owner}/package.json`));
  for (const name of Object.keys(manifest.dependencies ?? {})) {
    const target = /^@saker\/(.+)/.exec(name)?.[1];
    if (target && !allowed.includes(target))
      problems.push(`packages/${owner}/package.json: depends on ${name}`);
  }
}
report(problems);
