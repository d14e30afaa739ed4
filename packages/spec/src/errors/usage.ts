import { defineErrors, entry } from './define.js';

/** Flags, files and arguments given by the caller. */
export const usageErrors = defineErrors({
  E_USAGE: entry('{detail}', 'Run the command with --help to see its flags and examples.', 400, 2),
  E_ARG_INVALID: entry(
    'Expected {expected} for {name}, received {received}.',
    'Change {name} to an allowed value.',
    400,
    2,
  ),
  E_CONFIG_INVALID: entry(
    'The run configuration {file} is not valid: {detail}.',
    'Correct the named field; the configuration reference lists every field with its range.',
    400,
    2,
  ),
  E_FILE_NOT_FOUND: entry(
    'No file at {file}.',
    'Check the path; relative paths start at the current folder.',
    404,
    3,
  ),
  E_FILE_READ: entry(
    'Cannot read {file}: {detail}.',
    'Check that it is a file and that you may read it.',
    500,
    3,
  ),
  E_FILE_WRITE: entry(
    'Cannot write {file}: {detail}.',
    'Check the folder, the free space and your rights.',
    500,
    3,
  ),
  E_OUT_EXISTS: entry(
    '{path} holds {detail}.',
    'Give another folder; --resume finishes a job that has the same data and options.',
    409,
    3,
  ),
  E_DISK_FULL: entry(
    'No room to write {file}: {detail}.',
    'Free some space, or raise the limit; what was finished is kept. Then run the same command with --resume.',
    507,
    3,
  ),
  E_OUT_BUSY: entry(
    '{path} is being written by another process ({detail}).',
    'Wait until it ends, or give each process a part of its own with --shard I/N.',
    409,
    3,
  ),
});
