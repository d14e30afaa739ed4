/** docs/reference/cli.md, written from the command definitions. */
import { ERRORS } from '@saker/spec';
import { type Application, type CommandContext, generateHelpTextForAllCommands } from '@stricli/core';
import { buildApp, COMMAND_NAMES } from './app.js';

const BANNER =
  '<!-- Generated from the command definitions by `npm run codegen -w @saker/cli`. Do not edit. -->';

function exitCodes(): string[] {
  const byCode = new Map<number, string[]>();
  for (const [code, entry] of Object.entries(ERRORS)) {
    byCode.set(entry.exitCode, [...(byCode.get(entry.exitCode) ?? []), code]);
  }
  const rows = [...byCode].sort(([a], [b]) => a - b);
  return rows.map(([exit, codes]) => `| ${exit} | ${codes.map((code) => `\`${code}\``).join(' ')} |`);
}

/** The whole page, as Markdown. */
export function referencePage(): string {
  // Help texts never run a command, so the narrower context does not matter here.
  const app = buildApp((error) => error.message) as unknown as Application<CommandContext>;
  const pages = generateHelpTextForAllCommands(app);
  const commands = COMMAND_NAMES.map((name) => {
    const help = pages.find(([route]) => route === `saker ${name}`)?.[1] ?? '';
    return `## saker ${name}\n\n\`\`\`text\n${help.trimEnd()}\n\`\`\`\n`;
  });
  return [
    BANNER,
    '',
    '# The saker command',
    '',
    'Results go to standard output; progress and notes go to standard error. With `--json` the last line of',
    'standard output is one JSON object, `{"error":{"code","message","hint"}}` for a failure. `--quiet` leaves out',
    'progress and notes. `SAKER_DEBUG=1` adds a stack trace to errors; `NO_COLOR` turns colours off.',
    '',
    ...commands,
    '## Exit codes',
    '',
    '| code | meaning |',
    '| ---: | --- |',
    '| 0 | it worked |',
    ...exitCodes(),
    '',
  ].join('\n');
}
