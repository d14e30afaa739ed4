// PixelStep: one thing a plan does to the f32 picture, as plain data: a kind and the bytes of its
// struct. Values are f32 RGB in 0..255.
//
// A step struct stands in the _steps.h of the op that owns it, is trivially copyable, and says
//   static constexpr StepKind kKind      its enumerator (generated from the op's declaration)
//   static constexpr const char* kName   its name in a plan's JSON
//   static constexpr PassKind kPass      how it runs
//   template <class V> void VisitFields(V&& visit) const    visit("name", value): the plan's JSON
#ifndef SAKER_OPS_CORE_PIXEL_STEP_H_
#define SAKER_OPS_CORE_PIXEL_STEP_H_

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "gen/step_kinds.h"
#include "ops/core/host_device.h"
#include "ops/core/inline_vec.h"

namespace saker {

// How a step runs, and what its op's folder provides for it (S is the struct; -inl.h functions are
// compiled once per SIMD target in saker::HWY_NAMESPACE; all take planar f32 rows, padded).
// Every step: ReferenceStep(const S&, ReferencePicture*) in _reference.h; pictures: see there.
enum class PassKind : uint8_t {
  // The value of a pixel decides alone. -inl.h: PointwiseRow(const S&, const PlanarRow&, width, y)
  kPointwise,
  // Pointwise, but by place too: geometry after it makes a pass of its own. -inl.h: as pointwise.
  kPlaced,
  // A table of 256 levels, from parameters. _steps.h: FillTable(const S&, LevelTable*)
  kTable,
  // The same from the levels of the whole picture. _steps.h:
  // FillTable(const S&, const LevelHistogram&, LevelTable*)
  kHistogram,
  // Sums over the whole picture, then pointwise. -inl.h: GatherRow(const S&, const PlanarRow&,
  // width, StepSums*) and PointwiseRow(const S&, const StepSums&, const PlanarRow&, width, y)
  kStatistic,
  // Reads other pixels, row by row; keeps the size unless the plan gives the step another one.
  // _steps.h: Prepare(const S&, width, StepState*), before the first row. -inl.h: PrepareRow(const
  // S&, StepState*, const PlanarRow&, width), on every input row in place, and NeighbourRow(const
  // S&, const StepState&, const PlanarPicture& in, y, width, const PlanarRow& out), `width` being
  // that of the output
  kNeighbours,
  // Whole picture to whole picture, of any size, with spare pictures if it likes. -inl.h:
  // Status RunPicture(const S&, const PlanarPicture& in, const PlanarPicture& out, PictureArena*)
  kPicture,
  // The planner's own: a pair of axis chains on the f32 picture (ops/resample).
  kResample,
};

struct PixelStep {
  static constexpr size_t kBytes = 136;

  StepKind kind{};
  // The picture after the step; 0 x 0 while a plan is being built: as before the step.
  int32_t width = 0;
  int32_t height = 0;
  alignas(8) unsigned char bytes[kBytes] = {};

  PixelStep() = default;
  template <class S, class = decltype(S::kPass)>
  PixelStep(const S& step) : kind(S::kKind) {  // NOLINT: implicit by design
    Set(step);
  }

  template <class S>
  SAKER_HOST_DEVICE const S& Get() const {
    return *reinterpret_cast<const S*>(bytes);
  }
  template <class S>
  void Set(const S& step) {
    static_assert(std::is_trivially_copyable_v<S> && sizeof(S) <= kBytes && alignof(S) <= 8);
    std::memcpy(bytes, &step, sizeof(S));
  }
  // The struct when the step is of its kind, else null.
  template <class S>
  const S* If() const {
    return kind == S::kKind ? &Get<S>() : nullptr;
  }
};
static_assert(std::is_trivially_copyable_v<PixelStep>);

using PixelSteps = InlineVec<PixelStep, 32>;

}  // namespace saker

#endif  // SAKER_OPS_CORE_PIXEL_STEP_H_
