// ITU-R BT.601 luma weights as Pillow's convert('L') has them: (19595 R + 38470 G + 7471 B) /
// 65536.
#ifndef SAKER_OPS_CORE_LUMA_H_
#define SAKER_OPS_CORE_LUMA_H_

namespace saker {

inline constexpr float kLumaR = 19595.0f / 65536.0f;
inline constexpr float kLumaG = 38470.0f / 65536.0f;
inline constexpr float kLumaB = 7471.0f / 65536.0f;

}  // namespace saker

#endif  // SAKER_OPS_CORE_LUMA_H_
