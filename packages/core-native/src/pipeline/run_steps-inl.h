// One step of a plan, for one SIMD target: the functions that an op's folder provides, found by the
// step's pass kind (ops/core/pixel_step.h).
#if defined(SAKER_PIPELINE_RUN_STEPS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_PIPELINE_RUN_STEPS_INL_H_
#undef SAKER_PIPELINE_RUN_STEPS_INL_H_
#else
#define SAKER_PIPELINE_RUN_STEPS_INL_H_
#endif

#include "base/status.h"
#include "gen/steps-inl.h"
#include "gen/steps.h"
#include "hwy/highway.h"
#include "ops/core/level_table-inl.h"
#include "ops/core/planar-inl.h"
#include "ops/core/step_state.h"

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

HWY_INLINE void MapRow(const LevelTable& table, const PlanarRow& row, int32_t width) {
  const DF d;
  const auto& value = table.value;
  ForPixels(row, width, [&](VF& r, VF& g, VF& b) HWY_ATTR {
    r = MapLevel(d, value[0].data(), r);
    g = MapLevel(d, value[1].data(), g);
    b = MapLevel(d, value[2].data(), b);
  });
}

// Counts the levels of one row.
HWY_INLINE void CountLevels(const PlanarRow& row, int32_t width, LevelHistogram* histogram) {
  const DF d;
  const hn::Rebind<int32_t, DF> di;
  const float* planes[3] = {row.r, row.g, row.b};
  HWY_ALIGN int32_t levels[kLanes];
  for (size_t c = 0; c < 3; ++c) {
    uint32_t* count = histogram->count[c].data();
    for (int32_t x = 0; x < width; x += kLanes) {
      hn::Store(LevelOf(d, hn::Load(d, planes[c] + x)), di, levels);
      const int32_t n = HWY_MIN(kLanes, width - x);
      for (int32_t i = 0; i < n; ++i) ++count[levels[i]];
    }
  }
}

// Before the first row of the picture that the step works on.
template <class S>
void BeginStep(const S& step, int32_t width, int32_t height, StepState* state) {
  if constexpr (S::kPass == PassKind::kTable) FillTable(step, &state->table);
  if constexpr (S::kPass == PassKind::kHistogram) {
    for (auto& channel : state->histogram.count) channel.fill(0);
  }
  if constexpr (S::kPass == PassKind::kStatistic) {
    state->sums = StepSums();
    state->sums.pixels = static_cast<double>(width) * height;
  }
  if constexpr (S::kPass == PassKind::kNeighbours) Prepare(step, width, state);
}

// On every row as the steps before leave it, of a step that needs the whole picture.
template <class S>
HWY_INLINE void GatherStep(const S& step, const PlanarRow& row, int32_t width, StepState* state) {
  if constexpr (S::kPass == PassKind::kHistogram) CountLevels(row, width, &state->histogram);
  if constexpr (S::kPass == PassKind::kStatistic) GatherRow(step, row, width, &state->sums);
  if constexpr (S::kPass == PassKind::kNeighbours) PrepareRow(step, state, row, width);
}

// Between the last row gathered and the first one mapped.
template <class S>
void FinishGather(const S& step, StepState* state) {
  if constexpr (S::kPass == PassKind::kHistogram) FillTable(step, state->histogram, &state->table);
}

// A step that maps a row in place.
template <class S>
HWY_INLINE void MapStep(const S& step, const StepState& state, const PlanarRow& row, int32_t width,
                        int32_t y) {
  if constexpr (S::kPass == PassKind::kPointwise || S::kPass == PassKind::kPlaced) {
    PointwiseRow(step, row, width, y);
  } else if constexpr (S::kPass == PassKind::kTable || S::kPass == PassKind::kHistogram) {
    MapRow(state.table, row, width);
  } else if constexpr (S::kPass == PassKind::kStatistic) {
    PointwiseRow(step, state.sums, row, width, y);
  }
}

template <class S>
HWY_INLINE void NeighbourStep(const S& step, const StepState& state, const PlanarPicture& in,
                              int32_t y, int32_t width, const PlanarRow& out) {
  if constexpr (S::kPass == PassKind::kNeighbours) NeighbourRow(step, state, in, y, width, out);
}

template <class S>
Status PictureStep(const S& step, const PlanarPicture& in, const PlanarPicture& out,
                   PictureArena* arena) {
  if constexpr (S::kPass == PassKind::kPicture) return RunPicture(step, in, out, arena);
  return OkStatus();
}

// The same by the kind of a PixelStep `s`: calls `f(struct, ...)`. A macro, because a function
// template that takes a lambda would not be compiled for the target.
#define SAKER_STEP_CASE(Name, stem) \
  case StepKind::k##Name:           \
    return SAKER_STEP_CALL(s.Get<Name##Step>());

#define SAKER_STEP_CALL(S) BeginStep(S, width, height, state)
inline void Begin(const PixelStep& s, int32_t width, int32_t height, StepState* state) {
  switch (s.kind) { SAKER_FOR_EACH_STEP(SAKER_STEP_CASE) }
}
#undef SAKER_STEP_CALL

#define SAKER_STEP_CALL(S) GatherStep(S, row, width, state)
HWY_INLINE void Gather(const PixelStep& s, const PlanarRow& row, int32_t width, StepState* state) {
  switch (s.kind) { SAKER_FOR_EACH_STEP(SAKER_STEP_CASE) }
}
#undef SAKER_STEP_CALL

#define SAKER_STEP_CALL(S) FinishGather(S, state)
inline void Finish(const PixelStep& s, StepState* state) {
  switch (s.kind) { SAKER_FOR_EACH_STEP(SAKER_STEP_CASE) }
}
#undef SAKER_STEP_CALL

#define SAKER_STEP_CALL(S) MapStep(S, state, row, width, y)
HWY_INLINE void Map(const PixelStep& s, const StepState& state, const PlanarRow& row, int32_t width,
                    int32_t y) {
  switch (s.kind) { SAKER_FOR_EACH_STEP(SAKER_STEP_CASE) }
}
#undef SAKER_STEP_CALL

#define SAKER_STEP_CALL(S) NeighbourStep(S, state, in, y, width, out)
HWY_INLINE void Neighbour(const PixelStep& s, const StepState& state, const PlanarPicture& in,
                          int32_t y, int32_t width, const PlanarRow& out) {
  switch (s.kind) { SAKER_FOR_EACH_STEP(SAKER_STEP_CASE) }
}
#undef SAKER_STEP_CALL

#define SAKER_STEP_CALL(S) PictureStep(S, in, out, arena)
inline Status RunWhole(const PixelStep& s, const PlanarPicture& in, const PlanarPicture& out,
                       PictureArena* arena) {
  switch (s.kind) { SAKER_FOR_EACH_STEP(SAKER_STEP_CASE) }
  return OkStatus();
}
#undef SAKER_STEP_CALL
#undef SAKER_STEP_CASE

}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#endif  // SAKER_PIPELINE_RUN_STEPS_INL_H_
