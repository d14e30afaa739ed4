import {
  type Checkpoint,
  checkpointFile,
  checkpoints,
  checkpointUrl,
  findCheckpoint,
  hubSettings,
  isCached,
  ZOO,
  zooEntry,
} from '@saker/graph';
import type { CliContext } from '../../context.js';
import type { CommonFlags } from '../../flags/common.js';
import { Output } from '../../output/output.js';
import { table } from '../../output/table.js';
import { megabytes, pullWithProgress } from './pull-progress.js';

/** `saker models list`. */
export async function list(this: CliContext, flags: CommonFlags): Promise<void> {
  const out = new Output(this, flags);
  const models = ZOO.map((name) => {
    const { size, reference } = zooEntry(name);
    return { name, size, reference, weights: checkpoints(name).map((one) => one.name) };
  });
  out.line(
    table(
      [{ title: 'model' }, { title: 'size', align: 'right' }, { title: 'names of' }, { title: 'weights' }],
      models.map(({ name, size, reference, weights }) => {
        const more = weights.length > 1 ? ` and ${weights.length - 1} more` : '';
        return [name, size, reference ?? 'saker', weights.length > 0 ? `${weights[0]}${more}` : '-'];
      }),
    ),
  );
  out.line();
  out.line('saker models show NAME shows all weights of a model.');
  out.json({ models });
}

const figures = (values: readonly number[]): string => values.join(', ');

function showWeights(this: CliContext, out: Output, one: Checkpoint, cached: boolean): void {
  const settings = hubSettings(this.process.env);
  const url = checkpointUrl(one, settings);
  const file = checkpointFile(one, settings);
  out.line(`${out.color.bold(one.name)}  weights of ${one.model}, from ${one.library}`);
  out.line(`licence    ${one.license}`);
  out.line(`classes    ${one.classes || 'no classifier'}`);
  out.line(`pictures   Resize(${one.resize}, ${one.interpolation}), CenterCrop(${one.crop}), Normalize`);
  out.line(`mean, std  ${figures(one.mean)}; ${figures(one.std)}`);
  out.line(`address    ${url}`);
  out.line(`file       ${file}${cached ? '' : ' (not fetched yet)'}`);
  out.json({ ...one, url, file, cached });
}

/** `saker models show`. */
export async function show(this: CliContext, flags: CommonFlags, name: string): Promise<void> {
  const out = new Output(this, flags);
  if (!ZOO.includes(name)) {
    const one = findCheckpoint(name);
    showWeights.call(this, out, one, await isCached(one, this.process.env));
    return;
  }
  const entry = zooEntry(name);
  const weights = await Promise.all(
    checkpoints(name).map(async (one) => ({ ...one, cached: await isCached(one, this.process.env) })),
  );
  out.line(`${out.color.bold(name)}  parameter names of ${entry.reference ?? 'Saker'}`);
  out.line(`size       ${entry.size} px; from ${entry.minSize} px in steps of ${entry.step}`);
  out.line();
  if (weights.length === 0) out.line('No weights are published; train it from new.');
  else
    out.line(
      table(
        [
          { title: 'weights' },
          { title: 'from' },
          { title: 'classes', align: 'right' },
          { title: 'size', align: 'right' },
          { title: 'licence' },
          { title: 'cached' },
        ],
        weights.map((one) => [
          one.name,
          one.library,
          one.classes || '-',
          one.crop,
          one.license,
          one.cached ? 'yes' : '-',
        ]),
      ),
    );
  out.json({ name, ...entry, weights });
}

/** `saker models pull`. */
export async function pull(this: CliContext, flags: CommonFlags, name: string): Promise<void> {
  const out = new Output(this, flags);
  const { checkpoint, file, url, sha256, bytes, cached } = await pullWithProgress(
    this,
    out,
    findCheckpoint(name),
  );
  out.line(`${checkpoint.name}  ${megabytes(bytes)}${cached ? ', was in the cache' : ''}`);
  out.line(`file    ${file}`);
  out.line(`sha256  ${sha256}`);
  out.json({ name: checkpoint.name, model: checkpoint.model, file, url, sha256, bytes, cached });
}
