// Gradient clipping, in place.
#ifndef SAKER_AUTOGRAD_OPTIM_CLIP_H_
#define SAKER_AUTOGRAD_OPTIM_CLIP_H_

#include <ATen/ATen.h>

namespace saker::autograd {

// Every value to [-limit, limit] (torch.nn.utils.clip_grad_value_).
void ClipValue(const at::Tensor& grad, double limit);

// Adaptive gradient clipping (Brock, De, Smith, Simonyan 2021): the gradient of every output unit
// to at most `factor` times that unit's weight norm, which counts as at least 1e-3. A unit is an
// index of the first axis; a vector is one unit.
void ClipAdaptive(const at::Tensor& param, const at::Tensor& grad, double factor);

}  // namespace saker::autograd

#endif  // SAKER_AUTOGRAD_OPTIM_CLIP_H_
