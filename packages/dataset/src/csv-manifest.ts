import { createReadStream } from 'node:fs';
import { CsvError, parse } from 'csv-parse';
import { type ManifestEntries, refuseManifest } from './manifest-entries.js';

interface CsvRow {
  readonly info: { readonly lines: number };
  readonly record: Readonly<Record<string, string>>;
}

function checkHeader(file: string, header: readonly string[]): string[] {
  const columns = header.map((name) => name.trim().toLowerCase());
  const received = header.join(', ') || 'nothing';
  if (!columns.includes('path'))
    refuseManifest(file, 'line 1', `expected a column "path", received ${received}`);
  if (columns.includes('label') === columns.includes('labels'))
    refuseManifest(file, 'line 1', `expected a column "label" or one "labels", received ${received}`);
  return columns;
}

/**
 * Streams a CSV manifest (RFC 4180 quoting, UTF-8 with or without a byte order mark, header path,label[,split] or path,labels[,split];
 * other columns are left alone).
 * @throws SakerError E_DATA_MANIFEST with the line, E_FILE_READ.
 */
export async function readCsvManifest(file: string, into: ManifestEntries): Promise<void> {
  const rows = createReadStream(file).pipe(
    parse({
      bom: true,
      columns: (header: string[]) => checkHeader(file, header),
      info: true,
      skip_empty_lines: true,
      trim: true,
    }),
  );
  try {
    for await (const { info, record } of rows as AsyncIterable<CsvRow>)
      into.add({
        path: record.path,
        label: record.label,
        labels: record.labels,
        split: record.split,
        place: `line ${info.lines}`,
      });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error.lines === 'number' ? `line ${error.lines}` : 'the CSV';
    refuseManifest(file, line, error.message, error);
  }
}
