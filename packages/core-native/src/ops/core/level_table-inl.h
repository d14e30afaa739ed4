// Whole levels for Highway: rounding, and the lookup in a LevelTable.
#if defined(SAKER_OPS_CORE_LEVEL_TABLE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAKER_OPS_CORE_LEVEL_TABLE_INL_H_
#undef SAKER_OPS_CORE_LEVEL_TABLE_INL_H_
#else
#define SAKER_OPS_CORE_LEVEL_TABLE_INL_H_
#endif

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace saker {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// floor(v + 0.5) of values in 0..255, as integers. Any other value, which only the padding behind a
// row holds, becomes some level too.
template <class D, class V>
HWY_INLINE hn::Vec<hn::Rebind<int32_t, D>> LevelOf(D d, V v) {
  const hn::Rebind<int32_t, D> di;
  const auto level = hn::ConvertTo(di, hn::Add(v, hn::Set(d, 0.5f)));
  return hn::Min(hn::Max(level, hn::Zero(di)), hn::Set(di, 255));
}

template <class D, class V>
HWY_INLINE V RoundToLevel(D d, V v) {
  return hn::ConvertTo(d, LevelOf(d, v));
}

// table[level of v]; `table` has 256 values.
template <class D, class V>
HWY_INLINE V MapLevel(D d, const float* HWY_RESTRICT table, V v) {
  return hn::GatherIndex(d, table, LevelOf(d, v));
}

}  // namespace HWY_NAMESPACE
}  // namespace saker
HWY_AFTER_NAMESPACE();

#endif  // SAKER_OPS_CORE_LEVEL_TABLE_INL_H_
