import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../../context.js';
import { type CommonFlags, commonFlags, examples } from '../../../flags/common.js';
import { decimal, integer, text } from '../../../flags/parse.js';

export interface BenchServeFlags extends CommonFlags {
  readonly images: string;
  readonly rate?: number;
  readonly connections?: number;
  readonly duration: number;
  readonly apiKey?: string;
}

export const serveBench = buildCommand<BenchServeFlags, [url: string], CliContext>({
  loader: async () => (await import('./run.js')).benchServe,
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        {
          placeholder: 'URL',
          brief: 'The server, or its route that takes uploads; default route /predict',
          parse: text('URL', 'an address'),
        },
      ],
    },
    flags: {
      images: {
        kind: 'parsed',
        brief: 'Folder of pictures to send, in rotation',
        placeholder: 'FOLDER',
        parse: text('--images', 'a folder'),
      },
      rate: {
        kind: 'parsed',
        brief: 'Requests per second, sent when due whatever the server does (open loop)',
        placeholder: 'R',
        parse: decimal('--rate', { min: 0, above: true, max: 100_000 }),
        optional: true,
      },
      connections: {
        kind: 'parsed',
        brief: 'Connections with one request each at a time (closed loop); default 8',
        placeholder: 'N',
        parse: integer('--connections', { min: 1, max: 4096 }),
        optional: true,
      },
      duration: {
        kind: 'parsed',
        brief: 'Seconds',
        placeholder: 'S',
        parse: decimal('--duration', { min: 0, above: true, max: 86_400 }),
        default: '10',
      },
      apiKey: {
        kind: 'parsed',
        brief: 'Key to send; or set SAKER_API_KEY, which the list of processes does not show',
        placeholder: 'KEY',
        parse: text('--api-key', 'a key'),
        optional: true,
      },
      ...commonFlags,
    },
  },
  docs: {
    brief: 'Measure how a server answers under load',
    fullDescription: examples(
      'Sends pictures as multipart uploads and prints rates and percentiles. With --rate, a latency counts from the ' +
        'moment that the request was due, so that a server that stalls cannot hide it (no coordinated omission); use ' +
        'it for latencies. With --connections, the load adapts to the server; use it for the greatest throughput.',
      [
        'saker bench serve http://127.0.0.1:8080 --images photos --connections 8',
        'saker bench serve http://127.0.0.1:8080 --images photos --rate 40 --duration 60 --json',
      ],
    ),
  },
});
