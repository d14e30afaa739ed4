import { buildCommand, buildRouteMap } from '@stricli/core';
import type { CliContext } from '../../context.js';
import { type CommonFlags, commonFlags, examples } from '../../flags/common.js';
import { integer, text } from '../../flags/parse.js';

export interface CreateKeyFlags extends CommonFlags {
  readonly name: string;
  readonly scope: readonly ('predict' | 'metrics' | 'admin')[];
  readonly expiresDays?: number;
}

const file = { placeholder: 'FILE', brief: 'The keys file', parse: text('FILE', 'a path') };

const create = buildCommand<CreateKeyFlags, [file: string], CliContext>({
  loader: async () => (await import('./run.js')).create,
  parameters: {
    positional: { kind: 'tuple', parameters: [file] },
    flags: {
      name: {
        kind: 'parsed',
        brief: 'Whose key it is',
        placeholder: 'NAME',
        parse: text('--name', 'a name'),
        default: 'unnamed',
      },
      scope: {
        kind: 'enum',
        values: ['predict', 'metrics', 'admin'],
        brief:
          'What it may do, joined by commas: predict, metrics, admin (everything, loading models included)',
        variadic: ',',
        default: ['predict'],
      },
      expiresDays: {
        kind: 'parsed',
        brief: 'Days until it stops to work; default: never',
        placeholder: 'N',
        parse: integer('--expires-days', { min: 1, max: 36_500 }),
        optional: true,
      },
      ...commonFlags,
    },
  },
  docs: {
    brief: 'Make a key and add it to a keys file',
    fullDescription: examples(
      'Prints the key, once: the file holds only its hash. Servers that use the file accept the key within a second. ' +
        'The file is made when there is none.',
      [
        'saker keys create keys.json --name webshop',
        'saker keys create keys.json --name prometheus --scope metrics --expires-days 90',
      ],
    ),
  },
});

const list = buildCommand<CommonFlags, [file: string], CliContext>({
  loader: async () => (await import('./run.js')).list,
  parameters: { positional: { kind: 'tuple', parameters: [file] }, flags: { ...commonFlags } },
  docs: {
    brief: 'List the keys of a keys file',
    fullDescription: examples(
      'Shows ids, names, scopes and states. The keys themselves are not stored anywhere.',
      ['saker keys list keys.json'],
    ),
  },
});

const revoke = buildCommand<CommonFlags, [file: string, id: string], CliContext>({
  loader: async () => (await import('./run.js')).revoke,
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        file,
        { placeholder: 'ID', brief: 'The id that list shows', parse: text('ID', 'the id of a key') },
      ],
    },
    flags: { ...commonFlags },
  },
  docs: {
    brief: 'Make a key stop to work',
    fullDescription: examples('Servers that use the file refuse the key within a second.', [
      'saker keys revoke keys.json 1f0c9a2b7d3e',
    ]),
  },
});

/** `saker keys ...`. */
export const keysRoutes = buildRouteMap<string, CliContext>({
  routes: { create, list, revoke },
  docs: { brief: 'Make and revoke the API keys of a server' },
});
