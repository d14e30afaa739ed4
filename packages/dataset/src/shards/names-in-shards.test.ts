import type { SakerError } from '@saker/spec';
import { describe, expect, it } from 'vitest';
import { expandBraces } from './braces.js';
import { splitOfShard } from './find-shards.js';
import { pictureField, splitName } from './sample-members.js';
import { paxRecords } from './tar-header.js';

describe('splitName', () => {
  it.each([
    ['0001.jpg', '0001', 'jpg'],
    ['./a/b/0001.left.JPG', 'a/b/0001', 'left.jpg'],
    ['v1.2/0001.jpg', 'v1.2/0001', 'jpg'],
  ])('takes the key of %s up to the first dot of its last part', (name, key, field) => {
    expect(splitName(name)).toEqual({ key, field });
  });

  it.each(['README', 'a/.hidden.jpg', '__MACOSX/0001.jpg', '__meta__/x.json', 'a/._0001.jpg', 'x.'])(
    'passes over %s',
    (name) => expect(splitName(name)).toBeNull(),
  );
});

it('pictureField prefers a plain extension, and takes the first of several', () => {
  const sample = (...fields: string[]) => ({
    key: 'k',
    fields: new Map(fields.map((field) => [field, { name: '', offset: 0, length: 0, at: 0 }])),
  });
  expect(pictureField(sample('left.jpg', 'webp', 'cls'))).toBe('webp');
  expect(pictureField(sample('cls', 'left.jpg', 'right.jpg'))).toBe('left.jpg');
  expect(pictureField(sample('npy', 'json'))).toBeNull();
});

describe('expandBraces', () => {
  it('counts with the zeros given, up or down, and lists words', () => {
    expect(expandBraces('a-{008..011}.tar')).toEqual(['a-008.tar', 'a-009.tar', 'a-010.tar', 'a-011.tar']);
    expect(expandBraces('{9..11}')).toEqual(['9', '10', '11']);
    expect(expandBraces('{2..0}')).toEqual(['2', '1', '0']);
    expect(expandBraces('{train,val}/{0..1}.tar')).toEqual([
      'train/0.tar',
      'train/1.tar',
      'val/0.tar',
      'val/1.tar',
    ]);
    expect(expandBraces('plain.tar')).toEqual(['plain.tar']);
  });

  it.each(['a{1}.tar', 'a{1..x}.tar', 'a{}.tar', 'a{0..9999999}.tar', '{0..9999}{0..9999}.tar'])(
    'refuses %s',
    (pattern) => {
      let code = 'none';
      try {
        expandBraces(pattern);
      } catch (error) {
        code = (error as SakerError).code;
      }
      expect(code).toBe('E_DATA_SHARDS');
    },
  );
});

it('splitOfShard reads the split from a word of the name, when there is one', () => {
  expect(splitOfShard('imagenet-train-000012.tar')).toBe('train');
  expect(splitOfShard('VAL_0.tar')).toBe('val');
  expect(splitOfShard('shard-000001.tar')).toBeNull();
  expect(splitOfShard('train-val-00.tar')).toBeNull();
  expect(splitOfShard('training-photos-test.tar')).toBeNull();
});

it('paxRecords reads records whose text is longer than its letters, and refuses others', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  expect(paxRecords(bytes('13 path=\u00fc=b\n18 path=a/long/na\n'))?.get('path')).toBe('a/long/na');
  expect(paxRecords(bytes('13 path=\u00fc=b\n'))?.get('path')).toBe('\u00fc=b');
  for (const wrong of ['99 path=a\n', 'x path=a\n', '8 path=a', '7 patha\n', '0 =\n']) {
    expect(paxRecords(bytes(wrong))).toBeNull();
  }
});
