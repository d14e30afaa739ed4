// C++ layers include only what lies below them
//
//   base <- codec, ops <- plan <- pipeline, batch <- loader <- binding; autograd hangs beside loader.
//
// N-API stays in binding/ and autograd/, torch in autograd/, .cuh in .cu, and an op includes of another op its _steps.h only.
import { lineOf, listFiles, readText, report } from '../lib/repository.mjs';

const SRC = 'packages/core-native/src/';
const INCLUDE = /^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]/gm;
const OP_SHARED = ['core'];

function problemOf(file, header) {
  const path = file.slice(SRC.length);
  const layer = path.split('/')[0];
  if (/^(napi|node_api|js_native_api|uv)\b/.test(header) && !['binding', 'autograd'].includes(layer)) {
    return `includes ${header}: N-API stays in binding/ and autograd/`;
  }
  if (/^(torch|ATen|c10|caffe2)\//.test(header) && layer !== 'autograd') {
    return `includes ${header}: torch stays in autograd/`;
  }
  if (header.endsWith('.cuh') && !/\.cuh?$|_test\.cc$|\/gen\//.test(file) && layer !== 'testing') {
    return `includes ${header}: .cuh is for .cu files and for tests that run it on the host`;
  }
  const op = /^ops\/([^/]+)\//.exec(path)?.[1];
  const other = /^ops\/([^/]+)\//.exec(header)?.[1];
  const siblings = op && other && op !== other;
  if (siblings && ![op, other].some((name) => OP_SHARED.includes(name)) && !/_steps\.h$/.test(header)) {
    return `includes ${header}: an op knows another op's steps only`;
  }
  const above = { base: /^(codec|ops|plan|pipeline|batch|loader|binding)\// };
  above.codec = /^(ops|plan|pipeline|batch|loader|binding)\//;
  above.plan = /^(batch|loader|binding)\//;
  above.ops = above.plan;
  above.pipeline = above.plan;
  above.batch = /^(loader|binding)\//;
  above.loader = /^binding\//;
  if (above[layer]?.test(header)) return `includes ${header}: that layer lies above ${layer}`;
  return null;
}

const problems = [];
for (const file of listFiles(/^packages\/core-native\/src\/.*\.(cc|h|cu|cuh)$/)) {
  const text = readText(file);
  for (const match of text.matchAll(INCLUDE)) {
    const wrong = problemOf(file, match[1]);
    if (wrong) problems.push(`${file}:${lineOf(text, match.index)}: ${wrong}`);
  }
}
report(problems);
