/** The label of a sample in a tar: a class by name, or by number. */
import { SakerError } from '@saker/spec';
import { splitOf } from '../names.js';
import type { Split } from '../types.js';
import type { TarSample } from './sample-members.js';
import type { TarMember, TarReader } from './tar-reader.js';

/** What a sample says about itself. */
export interface SampleWords {
  /** Name or number of the class. */
  readonly label: string | number;
  /** Of multi-label data, by name or number. */
  readonly labels: readonly (string | number)[] | null;
  /** Name of the picture in the data that the shards were made of. */
  readonly path: string | null;
  readonly split: Split | null;
}

const MAX_WORDS = 1024 * 1024;
/** A .txt of more than one short line is a caption. */
const MAX_LABEL = 200;
/** Names that JSON labels go by; the names of classes before their numbers. */
const JSON_LABELS = ['label', 'class_name', 'class', 'label_name', 'cls', 'target', 'class_id', 'label_id'];

type Json = Readonly<Record<string, unknown>>;

async function jsonOf(reader: TarReader, member: TarMember): Promise<Json> {
  try {
    const value: unknown = JSON.parse(await reader.text(member));
    if (typeof value === 'object' && value !== null) return value as Json;
  } catch (cause) {
    if (cause instanceof SakerError) throw cause;
  }
  return reader.refuse(member.offset, `${member.name} holds no JSON object`);
}

function fromText(text: string): string | number | null {
  const word = text.trim();
  if (word === '' || word.length > MAX_LABEL || /[\r\n]/.test(word)) return null;
  return /^\d{1,9}$/.test(word) ? Number(word) : word;
}

function fromJson(words: Json): string | number | null {
  for (const name of JSON_LABELS) {
    const value = words[name];
    if (typeof value === 'string') return fromText(value) === null ? null : value.trim();
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  }
  return null;
}

/**
 * Reads .json, .cls and .txt, in this order of trust: a name in .json counts more than the number in .cls.
 * @throws SakerError E_DATA_TAR, E_DATA_SHARDS for a sample without a label.
 */
export async function wordsOf(reader: TarReader, sample: TarSample): Promise<SampleWords> {
  const words: Partial<Record<'json' | 'cls' | 'txt', string | number | null>> = {};
  let json: Json = {};
  for (const [field, member] of sample.fields) {
    if (field !== 'json' && field !== 'cls' && field !== 'txt') continue;
    if (member.length > MAX_WORDS) reader.refuse(member.at, `${member.name} has ${member.length} bytes`);
    if (field === 'json') {
      json = await jsonOf(reader, member);
      words.json = fromJson(json);
    } else words[field] = fromText(await reader.text(member));
  }
  const labels = Array.isArray(json.labels) ? (json.labels as unknown[]) : null;
  if (labels && !labels.every((word) => typeof word === 'string' || Number.isSafeInteger(word)))
    throw new SakerError('E_DATA_SHARDS', {
      path: reader.file,
      detail: `the labels of sample ${sample.key} are no list of names or numbers`,
    });
  const named = typeof words.json === 'string' ? words.json : null;
  const label = named ?? words.cls ?? words.json ?? words.txt ?? null;
  if (label === null && labels === null) {
    const fields = [...sample.fields.keys()].map((field) => `.${field}`).join(', ');
    throw new SakerError('E_DATA_SHARDS', {
      path: reader.file,
      detail: `sample ${sample.key} has no label in a .cls, .json or one-line .txt; it has ${fields} (the members of a key must stand together, as tar --sort=name writes them)`,
    });
  }
  return {
    label: label ?? '',
    labels: labels as (string | number)[] | null,
    path: typeof json.path === 'string' && json.path !== '' ? json.path : null,
    split: typeof json.split === 'string' ? splitOf(json.split) : null,
  };
}
