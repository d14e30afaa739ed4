/** WebDataset's grouping: members that follow one another and share a key are one sample. */
import { isHiddenName, isPictureName } from '../names.js';
import type { TarMember, TarReader } from './tar-reader.js';

/** The members of one sample, by extension in lower case. */
export interface TarSample {
  readonly key: string;
  readonly fields: ReadonlyMap<string, TarMember>;
}

/**
 * The key is the name up to the first dot of its last part (folders belong to it), the field what follows that dot:
 * "train/0001.left.jpg" is field "left.jpg" of "train/0001". Null for names that WebDataset passes over.
 */
export function splitName(name: string): { readonly key: string; readonly field: string } | null {
  const path = name.replace(/^(\.\/)+/, '');
  const [, key, field] = /^((?:.*\/)?[^./]+)\.([^/]*)$/s.exec(path) ?? [];
  if (key === undefined || field === undefined || field === '') return null;
  return path.split('/').some((part) => isHiddenName(part) || /^__.*__$/.test(part))
    ? null
    : { key, field: field.toLowerCase() };
}

/**
 * The samples of a tar in order.
 * @throws SakerError E_DATA_TAR, also when a sample has two members of one field.
 */
export async function* samplesOf(reader: TarReader, onPassedOver: () => void): AsyncGenerator<TarSample> {
  let key: string | null = null;
  let fields = new Map<string, TarMember>();
  for await (const member of reader.members()) {
    const name = splitName(member.name);
    if (name === null) {
      onPassedOver();
      continue;
    }
    if (key !== null && name.key !== key) {
      yield { key, fields };
      fields = new Map();
    }
    if (fields.has(name.field)) reader.refuse(member.at, `a second ${member.name} of the same sample`);
    key = name.key;
    fields.set(name.field, member);
  }
  if (key !== null) yield { key, fields };
}

/** The field with the picture: a plain extension before one such as "left.jpg", then the first. */
export function pictureField(sample: TarSample): string | null {
  const pictures = [...sample.fields.keys()].filter((field) => isPictureName(`x.${field}`));
  return pictures.find((field) => !field.includes('.')) ?? pictures[0] ?? null;
}
