/** The pictures of tars whatever their labels, in the order they lie in. */
import { existsSync } from 'node:fs';
import type { PicturePlace } from '@saker/spec';
import { findShards, namesShards } from './find-shards.js';
import { pictureField, samplesOf } from './sample-members.js';
import { TarReader } from './tar-reader.js';

/**
 * Where the pictures of a .tar, or of a pattern with braces, lie; null for any other path. Labels are not read.
 * @throws SakerError E_FILE_NOT_FOUND, E_FILE_READ, E_DATA_TAR, E_DATA_SHARDS.
 */
export async function shardPictures(path: string): Promise<Required<PicturePlace>[] | null> {
  const found = namesShards(path, existsSync(path)) ? await findShards(path) : null;
  if (found === null) return null;
  const pictures: Required<PicturePlace>[] = [];
  for (const shard of found.shards) {
    const reader = await TarReader.open(shard.path);
    try {
      for await (const sample of samplesOf(reader, () => undefined)) {
        const field = pictureField(sample);
        const member = field === null ? undefined : sample.fields.get(field);
        if (!member) continue;
        const { offset, length } = member;
        pictures.push({ path: shard.path, offset, length, name: `${sample.key}.${field}` });
      }
    } finally {
      await reader.close();
    }
  }
  return pictures;
}
