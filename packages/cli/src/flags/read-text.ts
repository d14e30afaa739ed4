import { readFile } from 'node:fs/promises';
import { SakerError } from '@saker/spec';

/** The text of a file that a flag names, as UTF-8. @throws SakerError E_FILE_NOT_FOUND, E_FILE_READ. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new SakerError('E_FILE_NOT_FOUND', { file }, { cause });
    throw new SakerError('E_FILE_READ', { file, detail: message }, { cause });
  }
}
