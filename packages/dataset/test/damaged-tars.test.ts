import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scanDataset } from '@saker/dataset';
import type { SakerError } from '@saker/spec';
import { describe, expect, it } from 'vitest';
import { refusal, tarFolders } from './tar-folders.js';
import { tar, tarBlock, tarEnd } from './tars.js';

const { folder, at, sample } = tarFolders();

describe('damaged tars', () => {
  const good = () => [...sample('a', 0, '1'), ...sample('b', 1, '2')];

  it('are refused wherever they are cut, with the tar, the place and the pictures before it', async () => {
    const whole = tar(good());
    const lengths = [0, 1, 511, 512, 700, whole.length - 1024, whole.length - 1500, whole.length - 600];
    for (const length of lengths) {
      const root = folder({ 'cut.tar': whole.subarray(0, length) });
      const error = await refusal(root).catch((unexpected) => unexpected);
      // One block of zeros still closes it.
      if (length === whole.length - 600) continue;
      expect([length, error.code, error.params.file]).toEqual([length, 'E_DATA_TAR', join(root, 'cut.tar')]);
      expect(error.params.offset).toBeLessThanOrEqual(length);
      expect(error.message).toMatch(/\d pictures before it are whole/);
    }
  });

  it('are refused for a header that was changed, at its offset', async () => {
    const bytes = tar(good());
    const second = 512 + Math.ceil(at(0).length / 512) * 512;
    bytes[second + 3] = (bytes[second + 3] as number) ^ 1;
    const error = await refusal(folder({ 'x.tar': bytes }));
    expect(error).toMatchObject({ code: 'E_DATA_TAR', params: { offset: second } });
    expect(error.message).toContain('checksum is wrong');
  });

  it.each([
    [
      'a member larger than the file',
      Buffer.concat([tarBlock({ name: 'a.png', content: 'x' }, 1e9), tarEnd]),
      'the file ends',
    ],
    ['an unknown type', tar([{ name: 'a.png', content: 'x', type: 'Z' }]), 'of type "Z"'],
    ['a sparse file', tar([{ name: 'a.png', content: 'x', type: 'S' }]), 'type "S"'],
    ['pax records that are none', tar([{ name: 'p', content: 'rubbish', type: 'x' }]), 'pax records'],
    [
      'a name without end',
      Buffer.concat([tarBlock({ name: 'p', content: '', type: 'L' }, 2 ** 30)]),
      'a name of',
    ],
    ['gzip', Buffer.from('1f8b0800000000000003'.padEnd(1200, '0'), 'hex'), 'it is compressed (gzip)'],
    ['a picture', Buffer.alloc(2000, 7), 'no header'],
  ])('are refused: %s', async (_, bytes, words) => {
    const error = await refusal(folder({ 'x.tar': bytes }));
    expect(error.code).toBe('E_DATA_TAR');
    expect(error.message).toContain(words);
  });

  it('are refused for two members of one field, and for one picture in two tars of a job', async () => {
    const twice = await refusal(folder({ 'x.tar': tar([...sample('a', 0, '1'), ...sample('a', 2, '1')]) }));
    expect(twice.message).toContain('a second a.png of the same sample');
  });

  it('never hang or crash, whatever byte is changed', async () => {
    const bytes = tar(good());
    const root = folder({});
    let refused = 0;
    for (let i = 0; i < bytes.length; i += 37) {
      const mutant = Buffer.from(bytes);
      mutant[i] = (mutant[i] as number) ^ 0x55;
      writeFileSync(join(root, 'x.tar'), mutant);
      const result = await scanDataset(root).catch((error: SakerError) => error.code);
      if (typeof result === 'string') {
        expect(result).toMatch(/^E_DATA_/);
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(10);
  });
});
