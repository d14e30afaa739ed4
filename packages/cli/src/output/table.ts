import Table from 'cli-table3';
import { printable } from './output.js';

const NO_BORDER = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
};

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** A table without borders: columns two spaces apart, no colours, no trailing spaces. */
export function table(columns: readonly Column[], rows: readonly (readonly (string | number)[])[]): string {
  const grid = new Table({
    chars: NO_BORDER,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colAligns: columns.map((column) => column.align ?? 'left'),
  });
  grid.push(columns.map((column) => column.title));
  for (const row of rows) grid.push(row.map((cell) => printable(String(cell))));
  return grid
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** A share as a percentage with one digit: 0.9314 -> "93.1 %". */
export function percent(share: number): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(1)} %` : '-';
}
