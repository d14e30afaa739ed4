// EraseValue: what RandomErasing fills its box with.
#ifndef SAKER_OPS_CORE_ERASE_VALUE_H_
#define SAKER_OPS_CORE_ERASE_VALUE_H_

#include <array>
#include <cstdint>

namespace saker {

enum class EraseKind : uint8_t { kColor, kRandom, kMean };

struct EraseValue {
  EraseKind kind = EraseKind::kColor;
  std::array<double, 3> color{};  // 0..255; for kColor
};

}  // namespace saker

#endif  // SAKER_OPS_CORE_ERASE_VALUE_H_
