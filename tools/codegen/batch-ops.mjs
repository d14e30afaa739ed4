import { banner, snake } from './names.mjs';
import { enumText, fieldText, visitorsText } from './op-params.mjs';

const SOURCE = 'packages/spec/src/batch';

/** Enums that have a type of their own, once: [type, values]. */
function enums(ops) {
  const fields = ops.flatMap((op) => Object.values(op.fields)).filter((f) => f.values && f.cpp !== 'enum');
  return [...new Map(fields.map((f) => [f.cpp, f.values]))];
}

function structText(op) {
  return `// ${op.summary}
struct ${op.name}Params {
  static constexpr const char* kName = "${op.name}";
${Object.entries(op.fields)
  .map(([name, field]) => fieldText(name, field))
  .join('')}
${visitorsText(op)}};
`;
}

/** src/gen/batch_ops.h: one parameter struct per declared op on batches. */
export function batchOps(ops) {
  const headers = ops.map((op) => `  X(${op.name}, ${snake(op.name)})`).join(' \\\n');
  return `${banner((t) => `// ${t}`, 'the batch op registry of @saker/spec')}// A parameter struct per op on batches, with a field visitor as in gen/op_params.h.
#ifndef SAKER_GEN_BATCH_OPS_H_
#define SAKER_GEN_BATCH_OPS_H_

#include <cstdint>
#include <variant>

#include "gen/op_params.h"

namespace saker {

${enums(ops).map(enumText).join('\n')}
${ops.map(structText).join('\n')}
// X(Name, stem) for every op.
#define SAKER_FOR_EACH_BATCH_OP(X) \\
${headers}

// One op with its parameters; the index is the position in the registry.
using BatchOpParams = std::variant<${ops.map((op) => `${op.name}Params`).join(', ')}>;

}  // namespace saker

#endif  // SAKER_GEN_BATCH_OPS_H_
`;
}

const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
const row = (cells) => `| ${cells.map(cell).join(' | ')} |\n`;

function section(op) {
  const fields = Object.entries(op.fields).map(([name, f]) =>
    row([`\`${name}\``, f.doc, f.range, f.defaultText === undefined ? 'required' : `\`${f.defaultText}\``]),
  );
  return `## ${op.name}

${op.summary}

    ${op.formula}

${row(['Parameter', 'Meaning', 'Range', 'Default'])}${row(['---', '---', '---', '---'])}${fields.join('')}
Promise: ${op.promise}. After: ${op.source}.
`;
}

/** docs/reference/batch-ops.md */
export function batchPage(ops) {
  return `${banner((text) => `<!-- ${text} -->`, SOURCE)}
# Batch ops

Ops that see a whole training batch stand in a pipeline's \`batch\` list and run after all of \`ops\`, in the order
given. Only the training loader runs them. They mix pictures with pictures and targets with targets, so the batch then
carries soft targets: one row of probabilities a picture. The output must be f32.

\`\`\`json
{ "ops": [], "batch": [{ "op": "RandomChoice", "transforms": [{ "op": "MixUp", "alpha": 0.8 }, { "op": "CutMix" }] }] }
\`\`\`

\`RandomChoice\` draws one of its \`transforms\`, with the weights \`p\` (default: equal), for everything that has a lambda
of its own: the batch, each pair, or each picture. All of them have the same \`mode\`.

The partner of picture i of n is n - 1 - i; a picture in the middle stays as it is, and so does one whose partner
could not be read. What is drawn depends on the seed, the epoch, the batch's number and the position only.

${ops.map(section).join('\n')}`;
}
