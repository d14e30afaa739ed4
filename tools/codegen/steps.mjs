import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { banner, snake } from './names.mjs';

const source = fileURLToPath(new URL('../../packages/core-native/src/', import.meta.url));
const note = banner((t) => `// ${t}`, 'the op registry of @saker/spec');

/** Steps that the planner itself adds; their folders hold no op. */
const PLANNER_STEPS = [
  { step: 'Warp', stem: 'warp', cuda: true },
  { step: 'Resample', stem: 'resample', cuda: true },
];

/** [{ step: 'Blur', stem: 'gaussian_blur', cuda: true }], the stem being the folder in src/ops. */
export function stepsOf(ops) {
  const all = [
    ...PLANNER_STEPS,
    ...ops.flatMap((op) =>
      (op.steps ?? []).map((step) => ({ step, stem: snake(op.name), cuda: op.devices.includes('cuda') })),
    ),
  ];
  const twice = all.find(({ step }, i) => all.findIndex((other) => other.step === step) !== i);
  if (twice) throw new Error(`the step ${twice.step} is declared twice`);
  return all;
}

/** `#include` of `ops/<stem>/<stem><suffix>` for every folder that has steps and such a file. */
function includes(steps, suffix, { optional = false } = {}) {
  const stems = [...new Set(steps.map(({ stem }) => stem))].sort();
  const paths = stems.map((stem) => `ops/${stem}/${stem}${suffix}`);
  const found = optional ? paths.filter((path) => existsSync(source + path)) : paths;
  return found.map((path) => `#include "${path}"\n`).join('');
}

const rows = (macro, steps) =>
  `#define ${macro}(X)${steps.map(({ step, stem }) => ` \\\n  X(${step}, ${stem})`).join('')}\n`;

const guarded = (name, body) => `${note}#ifndef ${name}\n#define ${name}\n\n${body}\n#endif  // ${name}\n`;

/** src/gen/step_kinds.h */
export function stepKinds(ops) {
  const steps = stepsOf(ops);
  return guarded(
    'SAKER_GEN_STEP_KINDS_H_',
    `#include <cstdint>

// X(Name, stem) for every pixel step: struct <Name>Step in ops/<stem>/<stem>_steps.h.
${rows('SAKER_FOR_EACH_STEP', steps)}
// Those whose op promises a CUDA twin (ops/<stem>/<stem>.cuh where the step needs device code).
${rows(
  'SAKER_FOR_EACH_CUDA_STEP',
  steps.filter(({ cuda }) => cuda),
)}
namespace saker {

enum class StepKind : uint8_t {
#define SAKER_X(Name, stem) k##Name,
  SAKER_FOR_EACH_STEP(SAKER_X)
#undef SAKER_X
};

}  // namespace saker
`,
  );
}

/** src/gen/steps.h: the step structs. */
export const stepStructs = (ops) => guarded('SAKER_GEN_STEPS_H_', includes(stepsOf(ops), '_steps.h'));

/** src/gen/steps_reference.h: the steps of the reference executor. */
export const stepReferences = (ops) =>
  guarded('SAKER_GEN_STEPS_REFERENCE_H_', includes(stepsOf(ops), '_reference.h'));

/** src/gen/steps.cuh: the device functions of the steps that run on CUDA. */
export const stepDevice = (ops) =>
  guarded(
    'SAKER_GEN_STEPS_CUH_',
    includes(
      stepsOf(ops).filter(({ cuda }) => cuda),
      '.cuh',
      { optional: true },
    ),
  );

/** src/gen/steps-inl.h: the steps of the fused executor, for one SIMD target. */
export const stepKernels = (ops) => `${note}#if defined(SAKER_GEN_STEPS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_GEN_STEPS_INL_H_
#undef SAKER_GEN_STEPS_INL_H_
#else
#define SAKER_GEN_STEPS_INL_H_
#endif

${includes(stepsOf(ops), '-inl.h', { optional: true })}
#endif  // SAKER_GEN_STEPS_INL_H_
`;

/** src/gen/ops.h: PlanOp and CheckOp of every op. */
export const opHeaders = (ops) =>
  guarded(
    'SAKER_GEN_OPS_H_',
    `#include <type_traits>
#include <utility>

${ops
  .map((op) => snake(op.name))
  .sort()
  .map((stem) => `#include "ops/${stem}/${stem}.h"\n`)
  .join('')}
namespace saker {

#define SAKER_X(Name, stem)                                                                  \\
  static_assert(std::is_same_v<Status, decltype(PlanOp(std::declval<const Name##Params&>(),  \\
                                                       std::declval<RandomStream*>(),        \\
                                                       std::declval<PlanBuilder*>()))>,      \\
                #Name " has no PlanOp: see ops/" #stem);                                     \\
  static_assert(std::is_same_v<Status, decltype(CheckOp(std::declval<const Name##Params&>(), \\
                                                        std::declval<ProgramWalk*>()))>,     \\
                #Name " has no CheckOp: see ops/" #stem);
SAKER_FOR_EACH_OP(SAKER_X)
#undef SAKER_X

}  // namespace saker
`,
  );
