import { setFlagsFromString } from 'node:v8';
import { preprocess } from '@saker/dataset';
import { duration, ERRORS } from '@saker/spec';
import type { CliContext } from '../../context.js';
import { usage } from '../../errors.js';
import { resolvePipeline } from '../../flags/pipeline.js';
import { Output, printable } from '../../output/output.js';
import { onInterrupt } from '../../signals.js';
import type { PreprocessFlags } from './command.js';
import { PreprocessReporter } from './reporter.js';
import { jobPart } from './shard-flag.js';

/** Pictures in quarantine named one by one; more are only counted. */
const NAMED = 20;

/** `saker preprocess`. */
export async function preprocessData(this: CliContext, flags: PreprocessFlags, data: string): Promise<void> {
  const out = new Output(this, flags);
  const { json: _json, quiet: _quiet, shard, pipeline: given, out: folder, ...options } = flags;
  if (folder === undefined) throw usage('Name the folder for the shards with --out.');
  const part = jobPart(shard, this.process.env);
  if (given === undefined && (flags.maxSide === undefined || (flags.format ?? 'webdataset') !== 'webdataset'))
    throw usage('Name a pipeline with --pipeline, or give --max-side to store whole pictures as webdataset.');
  const pipeline = given === undefined ? undefined : await resolvePipeline(given);

  // Left alone, V8 lets the garbage of a long job grow by as much as lives, and once more, before it collects: with
  // 20,000 files a peak of 208 MiB in place of 119. The pixels are native, so the rate is the same.
  setFlagsFromString('--optimize-for-size');
  const abort = new AbortController();
  const reporter = new PreprocessReporter(out);
  const release = onInterrupt(this.process, () => {
    reporter.clear();
    out.note('stopping; finished shards stay. Press Ctrl-C again to stop at once');
    abort.abort();
  });
  let named = 0;
  try {
    const result = await preprocess({
      ...options,
      data,
      out: folder,
      signal: abort.signal,
      ...(pipeline === undefined ? {} : { pipeline }),
      ...(part === null ? {} : { part }),
      onScan: reporter.scan,
      onProgress: reporter.progress,
      onQuarantine: (picture, error) => {
        named += 1;
        if (named > NAMED) return;
        reporter.clear();
        out.warn(`quarantined ${printable(picture)}: ${error.code} ${printable(error.message)}`);
      },
    });
    reporter.clear();
    if (named > NAMED) out.warn(`${named} pictures are in quarantine; the index names them all`);
    const { written, quarantined, shards, kept, complete, worked, seconds, stopped } = result;
    const imagesPerSecond = Math.round((worked / seconds) * 10) / 10;
    out.line(
      `${written} pictures in ${shards} shard${shards === 1 ? '' : 's'} (${kept} kept), ${quarantined} in quarantine, ` +
        `${imagesPerSecond} images/s, ${duration(seconds)}`,
    );
    if (complete) out.line(`index ${folder}/index.csv`);
    else if (stopped === 'end') out.line('index.csv is written when the other parts are done');
    if (stopped === 'cancelled') {
      out.warn('stopped before the end; run it again with --resume');
      this.process.exitCode = ERRORS.E_CANCELLED.exitCode;
    }
    out.json({ ...result, out: folder, part, imagesPerSecond });
  } finally {
    reporter.clear();
    release();
  }
}
