/** Tiles and words on one PNG. */
import type { OverlayOptions } from 'sharp';

/** One picture of the sheet. `pixels` null: a grey field with `note`. */
export interface SheetTile {
  readonly pixels: {
    readonly data: Uint8Array;
    readonly width: number;
    readonly height: number;
    readonly channels: 1 | 3;
  } | null;
  /** The stored picture, framed apart from what the pipeline makes of it. */
  readonly original: boolean;
  readonly label?: string;
  readonly name?: string;
  readonly note?: string;
}

/** Side of a tile's square, gaps and heights of the text lines, in pixels. */
const TILE = 168;
const GAP = 10;
const MARGIN = 24;
const CAPTION = 56;
const HEADER = 104;
/** Space between two pictures that share a row. */
const GROUP_GAP = 34;
/** Rows are filled up to this width. */
const MAX_WIDTH = 1240;

const COLORS = { page: '#f6f7f9', field: '#e3e6eb', text: '#1c2430', dim: '#66707e', frame: '#2f6fde' };
const FONT = 'font-family="DejaVu Sans, Liberation Sans, Helvetica, Arial, sans-serif"';

const escapeXml = (text: string): string =>
  text.replace(/\p{Cc}/gu, ' ').replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/** Cut in the middle, so that the end of a file name stays. `width` is judged by an average glyph. */
function fit(text: string, width: number, fontSize: number): string {
  const most = Math.max(4, Math.floor(width / (fontSize * 0.6)));
  const glyphs = [...text];
  if (glyphs.length <= most) return text;
  const head = Math.ceil((most - 1) / 2);
  return `${glyphs.slice(0, head).join('')}\u2026${glyphs.slice(glyphs.length - (most - 1 - head)).join('')}`;
}

interface Word {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly color: string;
  readonly width: number;
  readonly bold?: boolean;
}

const word = ({ text, x, y, size, color, width, bold }: Word): string =>
  `<text x="${x}" y="${y}" font-size="${size}" ${FONT} fill="${color}"${bold ? ' font-weight="bold"' : ''}>` +
  `${escapeXml(fit(text, width, size))}</text>`;

async function scaled(tile: NonNullable<SheetTile['pixels']>, x: number, y: number): Promise<OverlayOptions> {
  const { default: sharp } = await import('sharp');
  const { data, width, height, channels } = tile;
  const { data: input, info } = await sharp(data, { raw: { width, height, channels } })
    .resize(TILE, TILE, { fit: 'inside', kernel: width < TILE / 2 ? 'nearest' : 'lanczos3' })
    .toColourspace('srgb')
    .png()
    .toBuffer({ resolveWithObject: true });
  return {
    input,
    left: x + Math.floor((TILE - info.width) / 2),
    top: y + Math.floor((TILE - info.height) / 2),
  };
}

/** Lays out groups of tiles, one group for each picture, as many in a row as fit. */
export async function layOut(
  groups: readonly (readonly SheetTile[])[],
  heading: { readonly title: string; readonly subtitle: string; readonly note: string },
): Promise<{ png: Uint8Array; width: number; height: number }> {
  const { default: sharp } = await import('sharp');
  const longest = Math.max(...groups.map((tiles) => tiles.length));
  const groupWidth = longest * TILE + (longest - 1) * GAP;
  const fitting = Math.floor((MAX_WIDTH - 2 * MARGIN + GROUP_GAP) / (groupWidth + GROUP_GAP));
  const columns = Math.max(1, Math.min(groups.length, fitting));
  const rows = Math.ceil(groups.length / columns);
  const inner = columns * groupWidth + (columns - 1) * GROUP_GAP;
  const width = Math.max(inner, 640) + 2 * MARGIN;
  const height = HEADER + rows * (TILE + CAPTION) + MARGIN;
  const text = width - 2 * MARGIN;
  const at = { x: MARGIN, width: text };
  const drawing = [
    word({ ...at, text: heading.title, y: 40, size: 22, color: COLORS.text, bold: true }),
    word({ ...at, text: heading.subtitle, y: 64, size: 13, color: COLORS.text }),
    word({ ...at, text: heading.note, y: 84, size: 12, color: COLORS.dim }),
  ];
  const pictures: OverlayOptions[] = [];
  for (const [i, tiles] of groups.entries()) {
    const left = MARGIN + (i % columns) * (groupWidth + GROUP_GAP);
    const top = HEADER + Math.floor(i / columns) * (TILE + CAPTION);
    for (const [k, tile] of tiles.entries()) {
      const x = left + k * (TILE + GAP);
      drawing.push(`<rect x="${x}" y="${top}" width="${TILE}" height="${TILE}" fill="${COLORS.field}"/>`);
      if (tile.pixels) pictures.push(await scaled(tile.pixels, x, top));
      if (tile.original && tile.pixels) {
        drawing.push(
          `<rect x="${x}" y="${top + TILE + 3}" width="${TILE}" height="3" fill="${COLORS.frame}"/>`,
        );
      }
      if (tile.note !== undefined) {
        const size = 11;
        drawing.push(
          word({ text: tile.note, x: x + 8, y: top + TILE / 2, size, color: COLORS.text, width: TILE - 12 }),
        );
      }
      const below = tiles.length > 2 ? groupWidth : tiles.length * TILE + (tiles.length - 1) * GAP;
      const line = { x, width: below };
      const base = top + TILE + 20;
      if (tile.label !== undefined) {
        drawing.push(word({ ...line, text: tile.label, y: base, size: 13, color: COLORS.text, bold: true }));
      }
      if (tile.name !== undefined) {
        drawing.push(word({ ...line, text: tile.name, y: base + 14, size: 10, color: COLORS.dim }));
      }
    }
  }
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${drawing.join('')}</svg>`;
  const png = await sharp({ create: { width, height, channels: 3, background: COLORS.page } })
    .composite([{ input: Buffer.from(svg), left: 0, top: 0 }, ...pictures])
    .removeAlpha()
    .png({ compressionLevel: 9 })
    .toBuffer();
  return { png, width, height };
}
