#include "plan/dct_scale.h"

#include <algorithm>
#include <cmath>

namespace saker {
namespace {

// The crops and flips before the first resize, composed: source window [lo, hi), mirrored or not.
struct Prefix {
  int32_t lo = 0, hi = 0;
  bool mirrored = false;
  int resize = -1;  // index of the first resize; -1: none, or something else is in the way
};

Prefix ReadPrefix(const AxisChain& chain) {
  Prefix p;
  p.hi = chain.source_size;
  for (int k = 0; k < chain.count; ++k) {
    const AxisStep& step = chain.steps[k];
    if (step.kind == AxisStepKind::kResize) {
      if (step.filter != Interpolation::kNearest) p.resize = k;
      return p;
    }
    if (step.kind == AxisStepKind::kPad) return p;
    if (step.kind == AxisStepKind::kFlip) {
      p.mirrored = !p.mirrored;
    } else if (p.mirrored) {
      p.hi -= step.offset;
      p.lo = p.hi - step.size;
    } else {
      p.lo += step.offset;
      p.hi = p.lo + step.size;
    }
  }
  return p;
}

bool Allows(const AxisChain& chain, const Prefix& prefix, int denom) {
  if (prefix.resize < 0) return false;
  return prefix.hi - prefix.lo >= static_cast<int64_t>(chain.steps[prefix.resize].size) * denom;
}

AxisChain Rebase(const AxisChain& chain, const Prefix& prefix, int denom, bool far_end) {
  const int32_t scaled = (chain.source_size + denom - 1) / denom;
  const double shift = far_end ? scaled - static_cast<double>(chain.source_size) / denom : 0.0;
  const double lo = static_cast<double>(prefix.lo) / denom + shift;
  const double hi = static_cast<double>(prefix.hi) / denom + shift;
  const int32_t first = static_cast<int32_t>(std::floor(lo));
  const int32_t end = std::min(static_cast<int32_t>(std::ceil(hi)), scaled);

  AxisChain out;
  out.source_size = scaled;
  AxisStep& crop = out.steps[out.count++];
  crop.kind = AxisStepKind::kCrop;
  crop.offset = first;
  crop.size = end - first;
  if (prefix.mirrored) {
    AxisStep& flip = out.steps[out.count++];
    flip.kind = AxisStepKind::kFlip;
    flip.size = end - first;
  }
  AxisStep resize = chain.steps[prefix.resize];
  resize.box0 = prefix.mirrored ? end - hi : lo - first;
  resize.box1 = prefix.mirrored ? end - lo : hi - first;
  out.steps[out.count++] = resize;
  for (int k = prefix.resize + 1; k < chain.count; ++k) out.steps[out.count++] = chain.steps[k];
  return out;
}

}  // namespace

int ApplyDctScale(int orientation, AxisChain* x, AxisChain* y) {
  const Prefix px = ReadPrefix(*x), py = ReadPrefix(*y);
  int denom = 8;
  while (denom > 1 && !(Allows(*x, px, denom) && Allows(*y, py, denom))) denom /= 2;
  if (denom == 1) return 1;
  const bool far_x = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
  const bool far_y = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
  *x = Rebase(*x, px, denom, far_x);
  *y = Rebase(*y, py, denom, far_y);
  return denom;
}

}  // namespace saker
