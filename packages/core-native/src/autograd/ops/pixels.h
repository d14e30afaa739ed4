// What the kernels of pictures take: f32 on the CPU, [n, channels, h, w] with the channels of a pixel side by side.
#ifndef SAKER_AUTOGRAD_OPS_PIXELS_H_
#define SAKER_AUTOGRAD_OPS_PIXELS_H_

#include <ATen/core/Tensor.h>

namespace saker::autograd {

constexpr auto kLast = at::MemoryFormat::ChannelsLast;

inline bool IsPixels(const at::Tensor& t) {
  return t.dim() == 4 && t.scalar_type() == at::kFloat && t.device().is_cpu() && t.is_contiguous(kLast);
}

}  // namespace saker::autograd

#endif  // SAKER_AUTOGRAD_OPS_PIXELS_H_
