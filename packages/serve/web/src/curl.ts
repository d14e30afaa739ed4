/** The command line that does what the page did. */
import type { Picture } from './pictures.js';

/** A word for a POSIX shell. */
export const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** A curl command that posts the picture; the key is left for the reader to fill in. */
export function curlCommand(picture: Picture, url: string, withKey: boolean): string {
  // curl reads ; and , in the file name of -F as its own; quotes inside the value switch that off.
  const name = picture.file.name.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  const key = withKey ? ' -H "Authorization: Bearer $SAKER_KEY"' : '';
  return `curl${key} -F ${quoted(`file=@"${name}"`)} ${quoted(url)}`;
}
