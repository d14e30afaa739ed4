import { banner } from './names.mjs';

const html = (text) => `<!-- ${text} -->`;
const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
const row = (cells) => `| ${cells.map(cell).join(' | ')} |\n`;

function opSection(op) {
  const fields = Object.entries(op.fields).map(([name, f]) =>
    row([`\`${name}\``, f.doc, f.range, f.defaultText === undefined ? 'required' : `\`${f.defaultText}\``]),
  );
  const note = op.randomNote ? ` (${op.randomNote})` : '';
  const words = op.randomWords === 0 ? 'none' : `${op.randomWords} words of 32 bits${note}`;
  return `## ${op.name}

${op.summary}${op.functional ? ' Fixed parameters: nothing is drawn.' : ''}

    ${op.formula}

${row(['Parameter', 'Meaning', 'Range', 'Default'])}${row(['---', '---', '---', '---'])}${fields.join('')}
Kind: ${op.kind}. Random: ${words}. Devices: ${op.devices.join(', ')}. Promise: ${op.promise}.
`;
}

function toDtypeSection() {
  return `
## ToDtype

Not an op of its own: the type of the output, \`output.dtype\`. \`{"op":"ToDtype","dtype":"float16","scale":true}\` is taken as
the last op, or right before a last Normalize, and written there. \`scale\` must be true for a float: float output is always
0..1, or what Normalize makes of it.

${row(['dtype', 'Names', 'In JavaScript', 'Values'])}${row(['---', '---', '---', '---'])}${row([
  '`f32`',
  '`float32`',
  'Float32Array',
  'the default',
])}${row(['`f16`', '`float16`', 'Uint16Array of the bits', 'f32 rounded to nearest, ties to even; infinity from 65520'])}${row(
  ['`bf16`', '`bfloat16`', 'Uint16Array of the bits', 'f32 rounded to nearest, ties to even'],
)}${row(['`u8`', '`uint8`', 'Uint8Array', '0..255, rounded half up; no Normalize'])}
Random: none. Promise: the f32 result, rounded once.
`;
}

/** docs/reference/transforms.md */
export function transformsPage(ops) {
  return `${banner(html, 'packages/spec/src/ops')}
# Transforms

Names and parameters are torchvision v2's. All geometry of a pipeline composes to one map and is resampled once;
colour runs after it in the order given; intermediates are f32 and are rounded once, at the store.

${row(['Op', 'What it does', 'Random words'])}${row(['---', '---', '---'])}${ops
  .map((op) => row([`[${op.name}](#${op.name.toLowerCase()})`, op.summary, op.randomWords]))
  .join('')}
${ops.map(opSection).join('\n')}${toDtypeSection()}`;
}

/** docs/reference/errors.md */
export function errorsPage(errors) {
  const rows = Object.entries(errors).map(([code, e]) =>
    row([`\`${code}\``, e.sentence, e.hint, e.httpStatus, e.exitCode]),
  );
  return `${banner(html, 'packages/spec/src/errors')}
# Errors

Every failure that Saker reports carries one of these codes. Words in braces are filled in when it is reported.

${row(['Code', 'Sentence', 'What to do', 'HTTP', 'Exit'])}${row(['---', '---', '---', '---', '---'])}${rows.join('')}`;
}
