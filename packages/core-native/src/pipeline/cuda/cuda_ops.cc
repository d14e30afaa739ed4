#include <string>
#include <type_traits>
#include <variant>

#include "pipeline/cuda/executor.h"

namespace saker {
namespace {

template <class Params>
constexpr bool kOnCuda = false;
#define SAKER_X(Name, stem) \
  template <>               \
  constexpr bool kOnCuda<Name##Params> = true;
SAKER_FOR_EACH_CUDA_OP(SAKER_X)
#undef SAKER_X

}  // namespace

Status CheckCudaProgram(const PipelineProgram& program) {
  if (program.views > 1) {
    return Status(ErrorCode::kPipelineUnsupported,
                  "several views of a picture are made on the CPU only; use device cpu");
  }
  for (const OpParams& op : program.ops) {
    const char* missing = std::visit(
        [](const auto& params) -> const char* {
          using Params = std::decay_t<decltype(params)>;
          return kOnCuda<Params> ? nullptr : Params::kName;
        },
        op);
    if (missing != nullptr) {
      return Status(ErrorCode::kPipelineUnsupported,
                    std::string(missing) + " runs on the CPU only; use device cpu");
    }
  }
  return OkStatus();
}

}  // namespace saker
