import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.js';
import { type CommonFlags, commonFlags, examples } from '../../flags/common.js';
import { type MetadataFlags, metadataFlags } from '../../flags/metadata-flags.js';
import { integer, text } from '../../flags/parse.js';
import { type SecurityFlags, securityFlags } from './flags/security.js';
import { type ServingFlags, servingFlags } from './flags/serving.js';

/** Levels of pino, from the most to the least. */
const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

export interface ServeFlags extends CommonFlags, MetadataFlags, SecurityFlags, ServingFlags {
  readonly host: string;
  readonly port: number;
  readonly grpcPort?: number;
  readonly log?: LogLevel;
}

export const serveCommand = buildCommand<ServeFlags, [model: string], CliContext>({
  loader: async () => (await import('./run.js')).serve,
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        {
          placeholder: 'MODEL',
          brief: 'The .onnx file, or a folder of models laid out as NAME/VERSION/model.onnx',
          parse: text('MODEL', 'a path'),
        },
      ],
    },
    flags: {
      host: {
        kind: 'parsed',
        brief: 'Address to listen on; 0.0.0.0 for every network of this machine',
        placeholder: 'HOST',
        parse: text('--host', 'an address'),
        default: '127.0.0.1',
      },
      port: {
        kind: 'parsed',
        brief: 'Port to listen on; 0 takes a free one',
        placeholder: 'PORT',
        parse: integer('--port', { min: 0, max: 65_535 }),
        default: '8080',
      },
      grpcPort: {
        kind: 'parsed',
        brief: 'Port for the Open Inference Protocol over gRPC; 0 takes a free one; default: no gRPC',
        placeholder: 'PORT',
        parse: integer('--grpc-port', { min: 0, max: 65_535 }),
        optional: true,
      },
      log: {
        kind: 'enum',
        values: LOG_LEVELS,
        brief:
          'Write a log to stderr as JSON lines, from this level on; info has a line for each request; default: no log',
        optional: true,
      },
      ...servingFlags,
      ...securityFlags,
      ...metadataFlags,
      ...commonFlags,
    },
  },
  docs: {
    brief: 'Serve a model over HTTP',
    customUsage: ['MODEL [flags]'],
    fullDescription: examples(
      'Answers POST /predict (multipart field "file", a raw image body, or JSON {"image": base64}), the Open ' +
        'Inference Protocol under /v2 (and over gRPC with --grpc-port), GET /healthz and GET /readyz. Ctrl-C or SIGTERM finishes the requests in flight and ends. With --json the line ' +
        '{"url", ...} is printed when the server is ready.',
      [
        'saker serve model.onnx',
        'saker serve model.onnx --grpc-port 8081',
        'saker serve models --target-p99-ms 100 --config serve.yaml',
        'saker serve model.onnx --host 0.0.0.0 --api-keys keys.json --tls-cert cert.pem --tls-key key.pem',
      ],
    ),
  },
});
