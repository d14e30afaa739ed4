#include "autograd/grad_scaler.h"

#include <limits>

namespace saker::autograd {
namespace {

constexpr double kGrowth = 2, kBackoff = 0.5;
constexpr int64_t kGrowthInterval = 2000;

}  // namespace

void GradScaler::Update(bool finite) {
  if (!finite) {
    state_.scale *= kBackoff;
    state_.good_steps = 0;
    ++state_.skipped;
    return;
  }
  if (++state_.good_steps < kGrowthInterval) return;
  state_.good_steps = 0;
  // The scaled loss is an f32.
  if (state_.scale * kGrowth <= static_cast<double>(std::numeric_limits<float>::max())) state_.scale *= kGrowth;
}

}  // namespace saker::autograd
