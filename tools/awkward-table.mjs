// What every file of ../shared/data/awkward gets, as the table in docs/reference/decoding.md.
//   node tools/awkward-table.mjs           rewrites the table
//   node tools/awkward-table.mjs --check   exits 1 when it differs, 3 when the files are not there
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { decode, probe } from '@saker/core-native';
import sharp from 'sharp';

const root = resolve(import.meta.dirname, '..');
const folder = resolve(root, '../shared/data/awkward');
const page = join(root, 'docs/reference/decoding.md');
const BEGIN = '<!-- written by tools/awkward-table.mjs -->';
const END = '<!-- end -->';

const NATIVE = new Set(['jpeg', 'png', 'webp', 'pnm']);
const EXTENSIONS = {
  jpeg: ['.jpg', '.jpeg', '.mpo'],
  png: ['.png'],
  webp: ['.webp'],
  pnm: ['.ppm', '.pgm', '.pnm'],
  tiff: ['.tif', '.tiff'],
  gif: ['.gif'],
  avif: ['.avif', '.avifs'],
  svg: ['.svg'],
};

/** What sharp can tell about a file; nothing when it cannot read it. */
async function features(bytes) {
  try {
    return await sharp(bytes).metadata();
  } catch {
    return {};
  }
}

/** The rules of the page that apply to a picture, in its order. */
function rules(info, meta, bytes, name) {
  const found = [];
  if (!EXTENSIONS[info.format].includes(extname(name).toLowerCase()))
    found.push('content decides, not the name');
  if (info.orientation !== 1) found.push('turned upright');
  if (info.format === 'svg') found.push('drawn on white');
  if (meta.pages > 1 || bytes.includes('acTL') || (info.format === 'jpeg' && bytes.includes('MPF\0'))) {
    found.push(info.format === 'tiff' ? 'first page' : 'first picture');
  }
  if (meta.space === 'cmyk') found.push("CMYK by Pillow's formula");
  if (meta.space === 'lab' || meta.space === 'labs' || meta.depth === 'float')
    found.push('colours by libvips');
  if (info.channels === 1) found.push('grey replicated');
  if (meta.isPalette) found.push('palette expanded');
  if (info.bitDepth === 16 && !found.includes('colours by libvips')) found.push('16 bits rounded to 8');
  if (info.hasAlpha && info.format !== 'svg') found.push('alpha dropped');
  if (meta.icc) found.push('profile ignored');
  return found.length === 0 ? 'as stored' : found.join(', ');
}

async function row(name) {
  const file = join(folder, name);
  try {
    const info = await probe(file);
    const { data, width, height } = await decode(file);
    const bytes = readFileSync(file);
    const mean = [0, 0, 0];
    for (let i = 0; i < data.length; i++) mean[i % 3] += data[i];
    const colour = mean.map((sum) => Math.round((sum * 3) / data.length)).join(' ');
    const how = `${info.format}${NATIVE.has(info.format) ? '' : ' (sharp)'}`;
    const rule = rules(info, await features(bytes), bytes, name);
    return `| ${name} | ${how} | ${width}x${height} | ${info.orientation} | ${colour} | ${rule} |`;
  } catch (error) {
    if (error.code === undefined || error.params === undefined) throw error;
    const detail = String(error.params.detail ?? '').replaceAll('|', '/');
    return `| ${name} | | | | | \`${error.code}\`: ${detail} |`;
  }
}

async function table() {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
  const lines = [
    '| file | format | size | orientation | mean R G B | rule or error |',
    '| --- | --- | --- | --- | --- | --- |',
  ];
  for (const name of names) lines.push(await row(name));
  return lines.join('\n');
}

if (!existsSync(folder)) {
  process.stderr.write('There is no ../shared/data/awkward beside this clone.\n');
  process.exit(3);
}
const before = readFileSync(page, 'utf8');
const [head, rest] = before.split(BEGIN);
const after = `${head}${BEGIN}\n\n${await table()}\n\n${END}${rest.split(END)[1]}`;
if (process.argv.includes('--check')) {
  const changed = after.split('\n').filter((line) => !before.split('\n').includes(line));
  for (const line of changed) process.stderr.write(`${line}\n`);
  process.exit(after === before ? 0 : 1);
}
writeFileSync(page, after);
