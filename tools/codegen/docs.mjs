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

/** docs/reference/transforms.md */
export function transformsPage(ops) {
  return `${banner(html, 'packages/spec/src/ops')}
# Transforms

Names and parameters are torchvision v2's. All geometry of a pipeline composes to one map and is resampled once;
colour runs after it in the order given; intermediates are f32 and are rounded once, at the store.

${row(['Op', 'What it does', 'Random words'])}${row(['---', '---', '---'])}${ops
  .map((op) => row([`[${op.name}](#${op.name.toLowerCase()})`, op.summary, op.randomWords]))
  .join('')}
${ops.map(opSection).join('\n')}`;
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
