// Ops on whole levels. Pillow defines these ops on u8 values, so a value is rounded half up to its
// level first, and the result is a level again: what such an op makes of an f32 intermediate is
// what Pillow makes of the u8 picture that would be stored there.
#ifndef SAKER_OPS_CORE_LEVEL_TABLE_H_
#define SAKER_OPS_CORE_LEVEL_TABLE_H_

#include <array>
#include <cstdint>

namespace saker {

// What becomes of each level, a channel.
struct LevelTable {
  std::array<std::array<float, 256>, 3> value;
};

// How many pixels have each level, a channel.
struct LevelHistogram {
  std::array<std::array<uint32_t, 256>, 3> count;
};

// Fills all three channels from `level_of(level)`.
template <class F>
void FillLevels(F&& level_of, LevelTable* table) {
  for (int i = 0; i < 256; ++i) {
    const float value = static_cast<float>(level_of(i));
    for (auto& channel : table->value) channel[static_cast<size_t>(i)] = value;
  }
}

}  // namespace saker

#endif  // SAKER_OPS_CORE_LEVEL_TABLE_H_
