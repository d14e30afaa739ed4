// Dispatch of a plan's steps on the device: which twins exist, and one call for each of them.
#ifndef SAKER_PIPELINE_CUDA_STEPS_CUH_
#define SAKER_PIPELINE_CUDA_STEPS_CUH_

#include <type_traits>
#include <utility>

#include "gen/steps.cuh"
#include "ops/core/device_pixel.cuh"
#include "ops/core/visit_step.h"
#include "pipeline/cuda/step_twins.h"
#include "pipeline/cuda/wave.h"

namespace saker {
namespace device {

// ---- which functions a step has ----

template <class S, class = void>
struct HasMap : std::false_type {};
template <class S>
struct HasMap<S, std::void_t<decltype(MapPixel(std::declval<const S&>(), Pixel(), 0, 0))>>
    : std::true_type {};

template <class S, class = void>
struct HasStatistic : std::false_type {};
template <class S>
struct HasStatistic<
    S, std::void_t<decltype(GatherPixel(std::declval<const S&>(), Pixel(), std::declval<float*>())),
                   decltype(MapPixel(std::declval<const S&>(), std::declval<const float*>(),
                                     Pixel(), 0, 0))>> : std::true_type {};

template <class S, class = void>
struct HasTable : std::false_type {};
template <class S>
struct HasTable<
    S, std::void_t<decltype(FinishTable(
           std::declval<const S&>(), std::declval<const unsigned int*>(), std::declval<float*>()))>>
    : std::true_type {};

template <class S, class = void>
struct HasRead : std::false_type {};
template <class S>
struct HasRead<S, std::void_t<decltype(ReadPixel(std::declval<const S&>(),
                                                 std::declval<const Planes&>(), 0, 0))>>
    : std::true_type {};

template <class S>
constexpr bool HasTwin() {
  switch (S::kPass) {
    case PassKind::kPointwise:
    case PassKind::kPlaced:
      return HasMap<S>::value;
    case PassKind::kTable:
    case PassKind::kResample:
      return true;
    case PassKind::kHistogram:
      return HasTable<S>::value;
    case PassKind::kStatistic:
      return HasStatistic<S>::value;
    case PassKind::kNeighbours:
    case PassKind::kPicture:
      return HasRead<S>::value || IsSeparable<S>::value;
  }
  return false;
}

// A step that the declarations promise for CUDA and that its folder's .cuh lacks does not compile,
// and the packer (which is compiled without these files) believes the declarations.
#define SAKER_X(Name, stem)                                                                      \
  static_assert(HasTwin<Name##Step>(), #Name " has no CUDA twin: see ops/" #stem "/" #stem ".cu" \
                                                                                           "h");
SAKER_FOR_EACH_CUDA_STEP(SAKER_X)
#undef SAKER_X

// ---- calls ----

template <class T>
SAKER_DEVICE const T* At(const uint8_t* base, uint64_t offset) {
  return reinterpret_cast<const T*>(base + offset);
}

SAKER_DEVICE Pixel MapLevels(const float* table, const Pixel& v) {
  return {{table[LevelOf(v.c[0])], table[256 + LevelOf(v.c[1])], table[512 + LevelOf(v.c[2])]}};
}

// One step that looks at one pixel only, its statistics being finished.
SAKER_DEVICE Pixel MapStep(const WaveView& wave, const PixelStep& step, const DeviceStep& state,
                           const Pixel& v, int32_t x, int32_t y) {
  const StepStats* stats = At<StepStats>(wave.block, state.stats);
  return VisitStep(step, [&](const auto& s) -> Pixel {
    using S = std::decay_t<decltype(s)>;
    if constexpr (S::kPass == PassKind::kTable) {
      return MapLevels(At<float>(wave.block, state.table), v);
    } else if constexpr (S::kPass == PassKind::kHistogram) {
      return MapLevels(stats->table[0], v);
    } else if constexpr (S::kPass == PassKind::kStatistic && HasStatistic<S>::value) {
      return MapPixel(s, stats->mean, v, x, y);
    } else if constexpr (HasMap<S>::value) {
      return MapPixel(s, v, x, y);
    } else {
      return v;
    }
  });
}

// Pixel (x, y) of a step that reads the whole picture before it; of other steps the pixel that
// stands there.
SAKER_DEVICE Pixel ReadStep(const PixelStep& step, const Planes& in, int32_t x, int32_t y) {
  return VisitStep(step, [&](const auto& s) -> Pixel {
    using S = std::decay_t<decltype(s)>;
    if constexpr (HasRead<S>::value) {
      return ReadPixel(s, in, x, y);
    } else {
      return in.At(x, y);
    }
  });
}

// The values of a kStatistic step at one pixel; their number.
SAKER_DEVICE int GatherStep(const PixelStep& step, const Pixel& v, float* values) {
  return VisitStep(step, [&](const auto& s) -> int {
    using S = std::decay_t<decltype(s)>;
    if constexpr (HasStatistic<S>::value) {
      return GatherPixel(s, v, values);
    } else {
      return 0;
    }
  });
}

SAKER_DEVICE bool CountsLevels(const PixelStep& step) {
  return VisitStep(step, [](const auto& s) -> bool {
    return std::decay_t<decltype(s)>::kPass == PassKind::kHistogram;
  });
}

SAKER_DEVICE void FinishStep(const PixelStep& step, const unsigned int* count, float* table) {
  VisitStep(step, [&](const auto& s) -> void {
    using S = std::decay_t<decltype(s)>;
    if constexpr (HasTable<S>::value) FinishTable(s, count, table);
  });
}

}  // namespace device
}  // namespace saker

#endif  // SAKER_PIPELINE_CUDA_STEPS_CUH_
