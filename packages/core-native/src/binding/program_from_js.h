// A canonical PipelineSpec object as a PipelineProgram.
#ifndef SAKER_BINDING_PROGRAM_FROM_JS_H_
#define SAKER_BINDING_PROGRAM_FROM_JS_H_

#include <napi.h>

#include "plan/program.h"

namespace saker {

// Reads `spec` (already validated, all defaults filled in) and compiles it.
// Errors: E_PIPELINE_UNSUPPORTED: an op or enum value this build does not know, or CompileProgram's
// own.
StatusOr<PipelineProgram> ProgramFromJs(const Napi::Object& spec);

}  // namespace saker

#endif  // SAKER_BINDING_PROGRAM_FROM_JS_H_
