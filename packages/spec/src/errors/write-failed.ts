import { SakerError } from './saker-error.js';

const NO_ROOM: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EFBIG: 'files may not become that large here (see ulimit -f)',
};

/**
 * What the file system said of a write, as E_DISK_FULL or E_FILE_WRITE; an error that has a code already stays as it is.
 * @param file names it in the error.
 */
export function writeFailed(file: string, cause: unknown): SakerError {
  if (cause instanceof SakerError) return cause;
  const { code = '', message } = cause as NodeJS.ErrnoException;
  const full = Object.hasOwn(NO_ROOM, code) ? NO_ROOM[code] : undefined;
  if (full !== undefined) return new SakerError('E_DISK_FULL', { file, detail: full }, { cause });
  return new SakerError('E_FILE_WRITE', { file, detail: message }, { cause });
}
