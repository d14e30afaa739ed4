import { SakerError } from '@saker/spec';
import type { RunIdentity } from './checkpoint.js';

/**
 * Fields that may differ: where things lie (what lies there is compared by hash), how often state is saved, whether the run
 * has a page, and the thread count and the device, which change the last bits only.
 */
const FREE = new Set([
  'data',
  'model',
  'out',
  'threads',
  'device',
  'checkpoint',
  'checkpointSteps',
  'checkpointSeconds',
  'report',
]);

const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

/** Differences named one by one; more are counted. */
const NAMED = 8;

function compare(name: string, saved: unknown, now: unknown): string[] {
  const [a, b] = [shown(saved), shown(now)];
  return a === b ? [] : [`${name} ${a} in the checkpoint, ${b} now`];
}

function compareTensors(saved: RunIdentity['tensors'], now: RunIdentity['tensors']): string[] {
  const names = [...new Set([...Object.keys(saved), ...Object.keys(now)])];
  return names.flatMap((name) => compare(`tensor ${name}`, saved[name], now[name]));
}

/** What keeps a run from going on from a checkpoint, in words; nothing when it may. */
export function differences(saved: RunIdentity, now: RunIdentity): string[] {
  const [was, is] = [saved.config, now.config].map(
    (config) => config as unknown as Record<string, unknown>,
  ) as [Record<string, unknown>, Record<string, unknown>];
  const fields = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((name) => !FREE.has(name));
  return [
    ...fields.flatMap((name) => compare(name, was[name], is[name])),
    ...compare('classes', saved.classes, now.classes),
    ...compare('pictures', saved.counts, now.counts),
    ...compare('data hash', saved.dataHash, now.dataHash),
    ...(saved.base.sha256 === null
      ? compare('model', saved.base.name, now.base.name)
      : compare('sha256 of the model file', saved.base.sha256, now.base.sha256)),
    ...compareTensors(saved.tensors, now.tensors),
  ];
}

/** @throws SakerError E_CHECKPOINT_MISMATCH that lists the differences. */
export function refuseDifferences(run: string, found: readonly string[]): void {
  if (found.length === 0) return;
  const more = found.length > NAMED ? `; and ${found.length - NAMED} more` : '';
  throw new SakerError('E_CHECKPOINT_MISMATCH', {
    run,
    detail: `${found.slice(0, NAMED).join('; ')}${more}`,
  });
}
