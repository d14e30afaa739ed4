import { SakerError } from '@saker/spec';
import {
  AliasNotFoundError,
  ArgumentParseError,
  EnumValidationError,
  FlagNotFoundError,
  UnexpectedFlagError,
  UnexpectedPositionalError,
  UnsatisfiedFlagError,
  UnsatisfiedPositionalError,
} from '@stricli/core';
import pc from 'picocolors';

const oneOf = (words: readonly string[]): string =>
  words.length === 0 ? '' : ` Did you mean ${words.slice(0, 3).join(' or ').replaceAll('`', '')}?`;

/** E_USAGE with the sentence. */
export function usage(detail: string): SakerError {
  return new SakerError('E_USAGE', { detail });
}

/** A command that does not exist, with what was probably meant. */
export function unknownCommand(input: string, corrections: readonly string[]): SakerError {
  return usage(`There is no command ${input}.${oneOf(corrections)}`);
}

/** What Stricli's scanner found wrong with the command line, as E_USAGE or E_ARG_INVALID. */
export function argumentError(thrown: unknown): SakerError {
  if (thrown instanceof ArgumentParseError && thrown.exception instanceof SakerError) return thrown.exception;
  if (thrown instanceof EnumValidationError) {
    return new SakerError('E_ARG_INVALID', {
      name: `--${thrown.externalFlagName}`,
      expected: `one of ${thrown.values.join(', ')}`,
      received: thrown.input,
    });
  }
  if (thrown instanceof FlagNotFoundError) {
    return usage(`There is no flag --${thrown.input}.${oneOf(thrown.corrections.map((c) => `--${c}`))}`);
  }
  if (thrown instanceof AliasNotFoundError) return usage(`There is no flag -${thrown.input}.`);
  if (thrown instanceof UnsatisfiedFlagError)
    return usage(`The flag --${thrown.externalFlagName} needs a value.`);
  if (thrown instanceof UnexpectedFlagError) {
    return usage(
      `The flag --${thrown.externalFlagName} is given twice: "${thrown.previousInput}" and "${thrown.input}".`,
    );
  }
  if (thrown instanceof UnexpectedPositionalError) {
    return usage(`Too many arguments: expected ${thrown.expectedCount}, and "${thrown.input}" is one more.`);
  }
  if (thrown instanceof UnsatisfiedPositionalError)
    return usage(`The argument ${thrown.placeholder} is missing.`);
  return thrown instanceof SakerError
    ? thrown
    : usage(thrown instanceof Error ? thrown.message : String(thrown));
}

/** "error CODE: sentence" and the hint below it; the stack and causes only for `debug`. */
export function formatError(error: SakerError, options: { debug?: boolean; color?: boolean } = {}): string {
  const { bold, red } = pc.createColors(options.color ?? false);
  const lines = [`${bold(red(`error ${error.code}`))}: ${error.message}`];
  if (error.hint) lines.push(`  hint: ${error.hint}`);
  if (options.debug) {
    for (let at: unknown = error; at instanceof Error; at = at.cause) lines.push(at.stack ?? at.message);
  }
  return lines.join('\n');
}
