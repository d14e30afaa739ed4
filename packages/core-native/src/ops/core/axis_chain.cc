#include "ops/core/axis_chain.h"

#include <algorithm>

#include "base/status.h"
#include "ops/core/filters.h"

namespace saker {
namespace {

// The pixel of [0, n) that stands at i under `mode`; -1 is fill.
int32_t PadSource(PaddingMode mode, int32_t i, int32_t n) {
  if (i >= 0 && i < n) return i;
  switch (mode) {
    case PaddingMode::kConstant:
      return -1;
    case PaddingMode::kEdge:
      return i < 0 ? 0 : n - 1;
    case PaddingMode::kReflect: {
      if (n == 1) return 0;
      const int32_t period = 2 * (n - 1);
      const int32_t m = ((i % period) + period) % period;
      return m < n ? m : period - m;
    }
    case PaddingMode::kSymmetric: {
      const int32_t period = 2 * n;
      const int32_t m = ((i % period) + period) % period;
      return m < n ? m : period - 1 - m;
    }
  }
  return -1;
}

bool Append(AxisChain* chain, const AxisStep& step) {
  if (chain->count == AxisChain::kMaxSteps) return false;
  chain->steps[chain->count++] = step;
  return true;
}

}  // namespace

bool AppendCrop(AxisChain* chain, int32_t offset, int32_t size) {
  SAKER_CHECK(offset >= 0 && size >= 1 && offset + size <= chain->size());
  if (offset == 0 && size == chain->size()) return true;
  AxisStep* last = chain->count > 0 ? &chain->steps[chain->count - 1] : nullptr;
  if (last != nullptr && last->kind == AxisStepKind::kCrop) {
    last->offset += offset;
    last->size = size;
    return true;
  }
  AxisStep step;
  step.kind = AxisStepKind::kCrop;
  step.offset = offset;
  step.size = size;
  return Append(chain, step);
}

bool AppendFlip(AxisChain* chain) {
  if (chain->count > 0 && chain->steps[chain->count - 1].kind == AxisStepKind::kFlip) {
    --chain->count;
    return true;
  }
  AxisStep step;
  step.kind = AxisStepKind::kFlip;
  step.size = chain->size();
  return Append(chain, step);
}

bool AppendPad(AxisChain* chain, int32_t before, int32_t after, PaddingMode mode) {
  if (before == 0 && after == 0) return true;
  AxisStep step;
  step.kind = AxisStepKind::kPad;
  step.padding_mode = mode;
  step.offset = before;
  step.size = chain->size() + before + after;
  return Append(chain, step);
}

bool AppendResize(AxisChain* chain, int32_t size, Interpolation filter, bool antialias) {
  AxisStep step;
  step.kind = AxisStepKind::kResize;
  step.filter = filter;
  step.antialias = antialias;
  step.size = size;
  step.box0 = 0;
  step.box1 = chain->size();
  return Append(chain, step);
}

int32_t StepSource(const AxisStep& step, int32_t input_size, int32_t i) {
  switch (step.kind) {
    case AxisStepKind::kCrop:
      return step.offset + i;
    case AxisStepKind::kFlip:
      return input_size - 1 - i;
    default:
      return PadSource(step.padding_mode, i - step.offset, input_size);
  }
}

AxisRange ResizeWindow(const AxisStep& step, int32_t input_size, int32_t o) {
  const double scale = (step.box1 - step.box0) / step.size;
  const double stretch = step.antialias ? std::max(scale, 1.0) : 1.0;
  const double support = FilterSupport(step.filter) * stretch;
  const double center = step.box0 + (o + 0.5) * scale;
  int32_t lo = std::max(static_cast<int32_t>(center - support + 0.5), 0);
  int32_t hi = std::min(static_cast<int32_t>(center + support + 0.5), input_size);
  return {lo, hi};
}

AxisRange StepInputs(const AxisChain& chain, int k, AxisRange out) {
  const AxisStep& step = chain.steps[k];
  const int32_t n = chain.SizeAfter(k - 1);
  if (out.empty()) return {};
  AxisRange in{n, 0};
  const auto add = [&in](int32_t lo, int32_t hi) {
    in.lo = std::min(in.lo, lo);
    in.hi = std::max(in.hi, hi);
  };
  if (step.kind == AxisStepKind::kResize) {
    if (step.filter == Interpolation::kNearest) {
      VisitNearest(step, n, out.hi, [&](int32_t o, int32_t pixel) {
        if (o >= out.lo) add(pixel, pixel + 1);
      });
    } else {
      const AxisRange first = ResizeWindow(step, n, out.lo);
      const AxisRange last = ResizeWindow(step, n, out.hi - 1);
      add(first.lo, first.hi);
      add(last.lo, last.hi);
    }
    return in;
  }
  for (int32_t i = out.lo; i < out.hi; ++i) {
    const int32_t s = StepSource(step, n, i);
    if (s >= 0) add(s, s + 1);
  }
  return in.empty() ? AxisRange{} : in;
}

AxisRange SourceRange(const AxisChain& chain) {
  AxisRange range{0, chain.size()};
  for (int k = chain.count - 1; k >= 0; --k) range = StepInputs(chain, k, range);
  return range;
}

}  // namespace saker
