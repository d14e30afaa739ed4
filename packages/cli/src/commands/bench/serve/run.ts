import { readFile } from 'node:fs/promises';
import { type Latencies, runLoad } from '@saker/serve/load';
import { SakerError } from '@saker/spec';
import type { CliContext } from '../../../context.js';
import { usage } from '../../../errors.js';
import { Output } from '../../../output/output.js';
import { ProgressBar } from '../../../output/progress-bar.js';
import { table } from '../../../output/table.js';
import { expandFolders } from '../../predict/files.js';
import type { BenchServeFlags } from './command.js';

/** Pictures held in memory. */
const MOST_PICTURES = 200;

/** `saker bench serve`. */
export async function benchServe(this: CliContext, flags: BenchServeFlags, url: string): Promise<void> {
  const out = new Output(this, flags);
  const { rate, connections, duration, images } = flags;
  if (rate !== undefined && connections !== undefined)
    throw usage('--rate is for open loop and --connections for closed loop; give one of them.');
  if (!URL.canParse(url))
    throw new SakerError('E_ARG_INVALID', {
      name: 'URL',
      expected: 'an address such as http://127.0.0.1:8080',
      received: url,
    });
  const files = expandFolders([images]).slice(0, MOST_PICTURES);
  if (files.length === 0) throw new SakerError('E_DATA_EMPTY', { path: images });
  const pictures = await Promise.all(files.map((file) => readFile(file)));
  const key = flags.apiKey ?? process.env.SAKER_API_KEY;
  const bar = new ProgressBar(out);
  const result = await runLoad({
    url,
    pictures,
    seconds: duration,
    ...(rate === undefined ? {} : { rate }),
    ...(connections === undefined ? {} : { connections }),
    ...(key ? { headers: { authorization: `Bearer ${key}` } } : {}),
    onProgress: (share, done) => {
      if (out.interactive && !out.quiet) bar.update(share, 'sending', `${done} requests`);
    },
  });
  bar.clear();
  const statuses = Object.entries(result.statuses).map(
    ([status, count]) => `${count} x ${status === '0' ? 'no answer' : status}`,
  );
  out.line(
    `${result.requests} requests in ${result.seconds.toFixed(1)} s (${result.mode} loop): ${statuses.join(', ')}`,
  );
  if (result.unanswered > 0) out.line(`${result.unanswered} requests were not answered before the end`);
  out.line(`${result.successPerSecond.toFixed(1)} good answers a second`);
  const row = (name: string, l: Latencies): string[] => [
    name,
    ...[l.p50, l.p90, l.p99, l.p999, l.max].map((ms) => (Number.isNaN(ms) ? '-' : ms.toFixed(1))),
  ];
  const right = (title: string) => ({ title, align: 'right' as const });
  out.line(
    table(
      [{ title: 'ms' }, right('p50'), right('p90'), right('p99'), right('p99.9'), right('max')],
      [row('good answers', result.latency), row('other answers', result.refusalLatency)],
    ),
  );
  out.json({ url, pictures: pictures.length, ...(rate === undefined ? {} : { rate }), ...result });
}
