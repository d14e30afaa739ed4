/** Says what is wrong with a pipeline in terms of ops and fields instead of schemas. */
import type { z } from 'zod';
import { nearest } from '../nearest.js';
import { OPS } from '../ops/registry.js';
import { definitionOf, nestedFields } from './walk.js';

const MAX_DEPTH = 8;
const TOP = ['version', 'ops', 'decode', 'output'];

/** Where a pipeline is wrong, and how. */
export interface Explanation {
  readonly path: string;
  readonly detail: string;
}

const isObject = (v: unknown): v is Record<string, unknown> =>
  typeof v === 'object' && v !== null && !Array.isArray(v);

const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((p) => (typeof p === 'number' ? `[${p}]` : `.${String(p)}`))
    .join('')
    .replace(/^\./, '') || 'pipeline';

const suggest = (wanted: string, names: readonly string[]): string => {
  const guess = nearest(wanted, names);
  return guess === null ? '' : `; the nearest is ${guess}`;
};

/** The path of the first op that stands deeper than 8 nested lists, or null. Asked before the schemas recurse. */
export function tooDeep(value: unknown): string | null {
  const waiting: { list: unknown; path: string; depth: number }[] = [
    { list: isObject(value) ? value.ops : null, path: 'ops', depth: 0 },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { list, path, depth } = next;
    if (!Array.isArray(list)) continue;
    if (depth > MAX_DEPTH) return path;
    for (const [i, op] of list.entries()) {
      if (!isObject(op) || typeof op.op !== 'string') continue;
      for (const field of nestedFields(op.op))
        waiting.push({ list: op[field], path: `${path}[${i}].${field}`, depth: depth + 1 });
    }
  }
  return null;
}

/** The innermost op on the way to `path`, and how many steps of the path lead to it. */
function innermostOp(value: unknown, path: readonly PropertyKey[]): { name: string; steps: number } | null {
  let found: { name: string; steps: number } | null = null;
  let at: unknown = value;
  for (let i = 0; i <= path.length; i++) {
    if (isObject(at) && typeof at.op === 'string') found = { name: at.op, steps: i };
    const key = path[i];
    at = key === undefined ? undefined : (at as Record<PropertyKey, unknown> | undefined | null)?.[key];
  }
  return found;
}

function unknownKeys(keys: readonly string[], op: string | null, path: readonly PropertyKey[]): string {
  const key = keys[0] ?? '';
  if (op !== null) {
    const fields = Object.keys(definitionOf(op)?.fields ?? {});
    const list = fields.length === 0 ? 'it has none' : `it has ${fields.join(', ')}`;
    return `${op} has no field ${key}${suggest(key, fields) || ` (${list})`}`;
  }
  return `no field ${key} here${path.length === 0 ? suggest(key, TOP) : ''}`;
}

/** The first issue of a refused pipeline, put into words. */
export function explainIssue(issue: z.core.$ZodIssue | undefined, value: unknown): Explanation {
  if (issue === undefined) return { path: 'pipeline', detail: 'not a pipeline' };
  const path = pathText(issue.path);
  const op = innermostOp(value, issue.path);
  if (issue.code === 'unrecognized_keys')
    return { path, detail: unknownKeys(issue.keys, op?.name ?? null, issue.path) };
  const field = op === null ? undefined : issue.path[op.steps];
  if (op !== null && field === 'op') {
    const names = OPS.map((known) => known.name);
    return { path, detail: `no transform is named ${op.name}${suggest(op.name, names)}` };
  }
  const declared = op === null ? undefined : definitionOf(op.name)?.fields[String(field)];
  if (op === null || declared === undefined) return { path, detail: issue.message };
  const given = (value as { ops: unknown[] } | null) && at(value, issue.path.slice(0, op.steps + 1));
  if (given === undefined)
    return { path, detail: `${op.name} needs ${String(field)}: ${declared.doc}; ${declared.range}` };
  const spelled = declared.values && typeof given === 'string' ? suggest(given, declared.values) : '';
  return {
    path,
    detail: `${op.name} ${String(field)}: ${issue.message}; allowed: ${declared.range}${spelled}`,
  };
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((v, key) => (v as Record<PropertyKey, unknown> | undefined)?.[key], value);
}
