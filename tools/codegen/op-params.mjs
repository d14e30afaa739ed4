import { banner, pascal, snake } from './names.mjs';

const enumType = (field) => pascal(field);

/** Every enum that a field declares, once: [type, values]. Two fields of one name must agree. */
function enums(ops) {
  const found = new Map();
  for (const op of ops) {
    for (const [name, field] of Object.entries(op.fields)) {
      if (field.cpp !== 'enum') continue;
      const values = field.values.join(',');
      if ((found.get(name) ?? values) !== values)
        throw new Error(`${op.name}.${name}: another ${name} has other values`);
      found.set(name, values);
    }
  }
  return [...found].map(([name, values]) => [enumType(name), values.split(',')]);
}

function enumText([type, values]) {
  const names = values.map((v) => `k${pascal(v)}`).join(', ');
  return `enum class ${type} : uint8_t { ${names} };
inline constexpr const char* k${type}Names[] = {${values.map((v) => `"${v}"`).join(', ')}};
template <>
struct EnumNames<${type}> {
  static constexpr const char* const* names = k${type}Names;
  static constexpr int count = ${values.length};
};
`;
}

function fieldText(name, field) {
  const type = field.cpp === 'enum' ? enumType(name) : field.cpp;
  const full = field.nullable ? `std::optional<${type}>` : type;
  const initial = field.nullable ? '' : '{}';
  return `  // ${field.doc}; ${field.range}\n  ${full} ${name}${initial};\n`;
}

function structText(op) {
  const names = Object.keys(op.fields);
  const visits = names.map((n) => `    visit("${n}", ${n});\n`).join('');
  const body = (qualifier) =>
    `  template <class V>\n  void VisitFields(V&&${names.length ? ' visit' : ''})${qualifier} {${names.length ? `\n${visits}  ` : ''}}\n`;
  return `// ${op.summary}
struct ${op.name}Params {
  static constexpr const char* kName = "${op.name}";
  static constexpr int kRandomWords = ${op.randomWords};
${Object.entries(op.fields)
  .map(([n, f]) => fieldText(n, f))
  .join('')}
${body('')}${body(' const')}};
static_assert(std::is_trivially_copyable_v<${op.name}Params>);
`;
}

const list = (macro, ops) =>
  `#define ${macro}(X)${ops.map((op) => ` \\\n  X(${op.name}, ${snake(op.name)})`).join('')}\n`;

/** src/gen/op_params.h: one parameter struct per declared op, and the lists of twins. */
export function opParams(ops) {
  return `${banner((t) => `// ${t}`, 'the op registry of @saker/spec')}// A parameter struct per op with a field visitor: visit("name", member) for every field, in declared order.
#ifndef SAKER_GEN_OP_PARAMS_H_
#define SAKER_GEN_OP_PARAMS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <variant>

#include "ops/core/erase_value.h"
#include "ops/core/inline_vec.h"
#include "ops/core/op_list.h"

namespace saker {

// String table of a generated enum, indexed by its value.
template <class E>
struct EnumNames;

${enums(ops).map(enumText).join('\n')}
${ops.map(structText).join('\n')}
// X(Name, stem) for every op. Whoever expands it with a function per op gets a compile error when one is missing.
${list('SAKER_FOR_EACH_OP', ops)}
// The ops that promise a CUDA twin; expanded only when CUDA is built.
${list(
  'SAKER_FOR_EACH_CUDA_OP',
  ops.filter((op) => op.devices.includes('cuda')),
)}
// One op with its parameters; the index is the position in the registry.
using OpParams = std::variant<
${ops.map((op) => `    ${op.name}Params`).join(',\n')}>;

}  // namespace saker

#endif  // SAKER_GEN_OP_PARAMS_H_
`;
}
