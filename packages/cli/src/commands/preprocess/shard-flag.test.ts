import type { SakerError } from '@saker/spec';
import { describe, expect, it } from 'vitest';
import { jobPart } from './shard-flag.js';

function refusal(flag: string | undefined, env: Record<string, string>): string {
  try {
    return JSON.stringify(jobPart(flag, env));
  } catch (error) {
    return (error as SakerError).code;
  }
}

describe('jobPart', () => {
  it('is the whole job without a flag and without a scheduler', () => {
    expect(jobPart(undefined, {})).toBeNull();
  });

  it('takes I/N as it stands, whatever the scheduler says', () => {
    expect(jobPart('2/5', { JOB_COMPLETION_INDEX: '1' })).toEqual({ index: 2, count: 5 });
  });

  it('takes the index of a Kubernetes job for auto/N', () => {
    expect(jobPart('auto/8', { JOB_COMPLETION_INDEX: '7' })).toEqual({ index: 7, count: 8 });
  });

  it('counts a Slurm array from its first task in its steps', () => {
    const env = { SLURM_ARRAY_TASK_ID: '7', SLURM_ARRAY_TASK_MIN: '1', SLURM_ARRAY_TASK_STEP: '2' };
    expect(jobPart(undefined, { ...env, SLURM_ARRAY_TASK_COUNT: '4' })).toEqual({ index: 3, count: 4 });
  });

  it('refuses to do everything in each of several jobs', () => {
    expect(refusal(undefined, { JOB_COMPLETION_INDEX: '0' })).toBe('E_USAGE');
    expect(refusal('auto/4', {})).toBe('E_USAGE');
  });

  it.each(['5/5', '1', '-1/3', 'a/b', '0/0', '1/2/3'])('refuses --shard %s', (flag) => {
    expect(refusal(flag, {})).toBe('E_ARG_INVALID');
  });

  it('refuses an index of the scheduler that is out of range or no number', () => {
    expect(refusal('auto/4', { JOB_COMPLETION_INDEX: '4' })).toBe('E_ARG_INVALID');
    expect(refusal('auto/4', { JOB_COMPLETION_INDEX: 'x' })).toBe('E_ARG_INVALID');
  });
});
