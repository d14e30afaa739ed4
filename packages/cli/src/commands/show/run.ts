import { writeFile } from 'node:fs/promises';
import { contactSheet, scanDataset } from '@saker/dataset';
import { SakerError } from '@saker/spec';
import type { CliContext } from '../../context.js';
import { requiredPipeline, resolvePipeline } from '../../flags/pipeline.js';
import { Output, printable } from '../../output/output.js';
import type { ShowFlags } from './command.js';

/** `saker show`. */
export async function show(this: CliContext, flags: ShowFlags, data: string): Promise<void> {
  const out = new Output(this, flags);
  const name = requiredPipeline(flags.pipeline);
  const pipeline = await resolvePipeline(name);
  const { count, draws, seed, out: file = 'show.png' } = flags;
  const sheet = await contactSheet(await scanDataset(data), {
    ...{ pipeline, title: name },
    ...(count === undefined ? {} : { count }),
    ...(draws === undefined ? {} : { draws }),
    ...(seed === undefined ? {} : { seed }),
  });
  for (const { name: picture, error } of sheet.shown) {
    if (error) out.warn(`${printable(picture)}: ${error.code} ${printable(error.message)}`);
  }
  await writeFile(file, sheet.png).catch((cause: Error) => {
    throw new SakerError('E_FILE_WRITE', { file, detail: cause.message }, { cause });
  });
  out.line(`${sheet.shown.length} pictures on ${file}, ${sheet.width} x ${sheet.height} pixels`);
  out.json({
    ...{ file, width: sheet.width, height: sheet.height, draws: sheet.draws },
    pictures: sheet.shown.map(({ name: picture, label, error }) => ({ name: picture, label, error })),
  });
}
