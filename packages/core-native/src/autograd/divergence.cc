#include "autograd/divergence.h"

#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace saker::autograd {
namespace {

std::string Short(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

}  // namespace

EngineError Diverged(const std::vector<Parameter>& parameters, const StepOptions& options, double default_lr,
                     std::string loss, bool gradients) {
  c10::AutoGradMode no_grad(false);
  std::string layer = "none";
  double value = 0, greatest = -1;
  for (const Parameter& p : parameters) {
    const at::Tensor t = gradients ? p.tensor.grad() : p.tensor.detach();
    if (!t.defined() || t.numel() == 0) continue;
    const double size = t.abs().max().item<double>();
    // The last of the broken ones: gradients turn bad where the loss is and spread towards the input.
    const double rank = std::isnan(size) ? std::numeric_limits<double>::infinity() : size;
    if (rank < greatest) continue;
    greatest = rank;
    value = size;
    layer = p.name;
  }
  const double lr = options.lrs.empty() ? default_lr : *std::max_element(options.lrs.begin(), options.lrs.end());
  return EngineError("E_TRAIN_DIVERGED", {{"loss", std::move(loss)},
                                          {"step", std::to_string(options.step)},
                                          {"lr", Short(lr)},
                                          {"what", gradients ? "gradient" : "weight"},
                                          {"layer", layer},
                                          {"value", Short(value)}});
}

}  // namespace saker::autograd
