/** Flags that every command has. */
export interface CommonFlags {
  readonly json: boolean;
  readonly quiet: boolean;
}

export const commonFlags = {
  json: {
    kind: 'boolean',
    brief: 'Print one JSON object as the last line of standard output',
    default: false,
    withNegated: false,
  },
  quiet: {
    kind: 'boolean',
    brief: 'Print results and errors only: no progress, no notes',
    default: false,
    withNegated: false,
  },
} as const;

/** Examples as the last part of a help text. */
export function examples(description: string, lines: readonly string[]): string {
  return `${description}\n\nEXAMPLES\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
