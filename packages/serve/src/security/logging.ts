/** Keeps secrets out of the log, whatever is logged. */
import type { FastifyLoggerOptions } from 'fastify';

const SECRET_NAMES = [
  'authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'proxy-authorization',
  'apiKey',
  'token',
];

/** Paths for pino's redaction: the names above at the first three levels. */
const PATHS = SECRET_NAMES.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]);

type LoggerOption =
  | boolean
  | (FastifyLoggerOptions & { readonly redact?: string[] | { paths: string[]; censor?: string } })
  | undefined;

/** The logger option with redaction added; the caller's own redaction wins. */
export function redacted(logger: LoggerOption): Exclude<LoggerOption, undefined> {
  if (!logger) return false;
  const redact = { paths: PATHS, censor: '[secret]' };
  return logger === true ? { redact } : { redact, ...logger };
}
