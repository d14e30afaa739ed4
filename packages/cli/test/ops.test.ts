import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { BATCH_OPS, OPS, PIPELINE_PRESETS, parsePipeline, pipelineHash } from '@saker/spec';
import { describe, expect, it } from 'vitest';

const bin = resolve(import.meta.dirname, '../bin/saker.js');

function saker(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr, json: () => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') };
}

describe('saker ops', () => {
  it('lists every transform and every preset', () => {
    const { status, stdout } = saker('ops');
    expect(status).toBe(0);
    for (const { name } of [...OPS, ...BATCH_OPS, ...PIPELINE_PRESETS])
      expect(stdout).toMatch(new RegExp(`^${name} `, 'm'));
    const { ops, presets } = saker('ops', '--json').json();
    expect(ops.map((op: { name: string }) => op.name)).toEqual(OPS.map((op) => op.name));
    expect(presets).toHaveLength(PIPELINE_PRESETS.length);
  });

  it('shows an op on batches', () => {
    const { status, stdout } = saker('ops', 'cutmix');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^correct_lam +true +true or false/m);
    expect(saker('ops', 'MixUp', '--json').json()).toMatchObject({ name: 'MixUp', kind: 'batch' });
  });

  it('shows every parameter of a transform with range and default, whatever the case of its name', () => {
    const { status, stdout } = saker('ops', 'randomresizedcrop');
    expect(status).toBe(0);
    expect(stdout).toContain('RandomResizedCrop');
    expect(stdout).toMatch(/^scale +\[0\.08,1\] +\(0, 1\] +share of the area$/m);
    expect(stdout).toMatch(/^size +required/m);
    const json = saker('ops', 'RandomResizedCrop', '--json').json();
    expect(json.parameters.find((p: { name: string }) => p.name === 'scale')).toEqual({
      name: 'scale',
      meaning: 'share of the area',
      range: '(0, 1]',
      required: false,
      default: [0.08, 1],
    });
  });

  it('shows a preset as JSON that is a pipeline', () => {
    const { stdout } = saker('ops', 'eval224');
    const shown = JSON.parse(stdout.slice(stdout.indexOf('\n{') + 1));
    const json = saker('ops', 'eval224', '--json').json();
    expect(parsePipeline(shown)).toEqual(json.pipeline);
    expect(pipelineHash(parsePipeline(shown))).toBe(json.hash);
  });

  it('names what was probably meant', () => {
    const { status, stderr } = saker('ops', 'RandomResizeCrop');
    expect(status).toBe(2);
    expect(stderr).toContain(
      'error E_TRANSFORM_UNKNOWN: No transform is named RandomResizeCrop; the nearest is RandomResizedCrop.',
    );
  });
});
