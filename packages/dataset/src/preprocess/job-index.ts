/** The index of the whole job, made of the shards' own. */
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { writeWhole } from './files.js';
import { type JobPlan, shardStem } from './plan.js';
import { shardIndex } from './shard.js';
import type { IndexRow } from './types.js';

/** The rows of a finished shard. */
export async function* shardRows(stem: string): AsyncGenerator<IndexRow> {
  const lines = createInterface({
    input: createReadStream(shardIndex(stem)),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) if (line !== '') yield JSON.parse(line) as IndexRow;
}

const quoted = (cell: string | number): string => {
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const csv = (cells: readonly (string | number)[]): string => `${cells.map(quoted).join(',')}\n`;

async function* rowsOf(out: string, plan: JobPlan): AsyncGenerator<IndexRow> {
  for (let shard = 0; shard < plan.shards; shard += 1) yield* shardRows(shardStem(out, shard));
}

async function* indexLines(out: string, plan: JobPlan): AsyncGenerator<string> {
  yield csv(['path', 'label', 'sha256', 'size', 'status', 'shard', 'key']);
  for await (const r of rowsOf(out, plan))
    yield csv([r.path, r.label, r.sha256, r.size, r.status, r.shard, r.key]);
}

async function* quarantineLines(out: string, plan: JobPlan): AsyncGenerator<string> {
  yield csv(['path', 'label', 'code', 'reason']);
  for await (const r of rowsOf(out, plan)) {
    if (r.status !== 'ok') yield csv([r.path, r.label, r.status, r.reason]);
  }
}

/**
 * Writes index.csv and quarantine.csv once the shards of every part are there; whichever job finishes last does it.
 * @returns whether they are.
 * @throws SakerError E_FILE_WRITE.
 */
export async function writeJobIndex(out: string, plan: JobPlan): Promise<boolean> {
  for (let shard = 0; shard < plan.shards; shard += 1) {
    if (!existsSync(shardIndex(shardStem(out, shard)))) return false;
  }
  await writeWhole(join(out, 'quarantine.csv'), quarantineLines(out, plan));
  await writeWhole(join(out, 'index.csv'), indexLines(out, plan));
  return true;
}
