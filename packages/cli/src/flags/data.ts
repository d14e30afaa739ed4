import { text } from './parse.js';

/** The argument DATA of the commands that read labelled pictures; a configuration file may name it instead. */
export const dataArgument = {
  placeholder: 'DATA',
  brief: 'Folder of class folders or of train/val/test, CSV/JSON manifest, or tar shards',
  parse: text('DATA', 'a path'),
  optional: true,
} as const;
