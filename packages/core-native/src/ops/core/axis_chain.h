// AxisChain: what a pipeline's geometry does to one axis of the picture, as a short list of exact
// steps.
//
// All geometry of the ops is separable, so a picture's whole geometry is two chains (x and y). A
// chain stands for one matrix: output row o is a weighted sum of source pixels, plus a share of the
// fill colour. Crop, flip and pad pick rows of the matrix before them; resize mixes rows. Resize
// after resize is therefore the product of the two matrices: the picture is still resampled once,
// by the composed weights, and nothing is rounded in between. Because a resize sees only the rows a
// crop before it left, its filter stops at the crop's edge, as Pillow's crop-then-resize does; a
// crop after it changes no weight.
#ifndef SAKER_OPS_CORE_AXIS_CHAIN_H_
#define SAKER_OPS_CORE_AXIS_CHAIN_H_

#include <cstdint>

#include "gen/op_params.h"

namespace saker {

enum class AxisStepKind : uint8_t { kCrop, kFlip, kPad, kResize };

struct AxisStep {
  AxisStepKind kind = AxisStepKind::kCrop;
  PaddingMode padding_mode = PaddingMode::kConstant;  // kPad
  Interpolation filter = Interpolation::kBilinear;    // kResize
  bool antialias = true;                              // kResize
  int32_t size = 0;                                   // pixels after the step
  int32_t offset = 0;         // kCrop: first pixel kept; kPad: pixels added before
  double box0 = 0, box1 = 0;  // kResize: the window of the input that is resized
};

struct AxisChain {
  static constexpr int kMaxSteps = 25;
  int32_t source_size = 0;  // pixels of the source axis
  int32_t count = 0;
  AxisStep steps[kMaxSteps];

  // Room that a program leaves: what the planner itself may add (a crop to what a later pass needs;
  // a crop and a flip for a DCT scale).
  static constexpr int kMaxProgramSteps = kMaxSteps - 3;

  // Pixels after step `k`; k = -1 is the source.
  int32_t SizeAfter(int k) const { return k < 0 ? source_size : steps[k].size; }
  int32_t size() const { return SizeAfter(count - 1); }
};

// A half-open range of pixels; empty when lo >= hi.
struct AxisRange {
  int32_t lo = 0;
  int32_t hi = 0;
  bool empty() const { return lo >= hi; }
};

// The input pixel that a kCrop, kFlip or kPad step puts at output `i`; -1 is fill. `input_size`
// >= 1.
int32_t StepSource(const AxisStep& step, int32_t input_size, int32_t i);

// The input pixels that get a weight in output `o` of a kResize step other than nearest
// (Pillow, Resample.c, precompute_coeffs), clamped to the input.
AxisRange ResizeWindow(const AxisStep& step, int32_t input_size, int32_t o);

// The input pixel of every output in [0, out.hi) for a kResize step with the nearest filter
// (Pillow, Geometry.c, ImagingScaleAffine: positions are accumulated, and so are ours, to break
// ties the same way). Calls visit(o, pixel) in order.
template <class Visit>
void VisitNearest(const AxisStep& step, int32_t input_size, int32_t end, Visit&& visit) {
  const double scale = (step.box1 - step.box0) / step.size;
  double at = step.box0 + scale * 0.5;
  for (int32_t o = 0; o < end; ++o, at += scale) {
    const int32_t pixel = at < 0 ? 0 : static_cast<int32_t>(at);
    visit(o, pixel < input_size ? pixel : input_size - 1);
  }
}

// Appends a step; two crops or two flips in a row become one or none. False when the chain is full.
bool AppendCrop(AxisChain* chain, int32_t offset, int32_t size);
bool AppendFlip(AxisChain* chain);
bool AppendPad(AxisChain* chain, int32_t before, int32_t after, PaddingMode mode);
bool AppendResize(AxisChain* chain, int32_t size, Interpolation filter, bool antialias);

// The inputs of step `k` that outputs `out` need; a convex hull. Empty when all are fill.
AxisRange StepInputs(const AxisChain& chain, int k, AxisRange out);

// The source pixels that the whole chain needs; empty when the output is fill only.
AxisRange SourceRange(const AxisChain& chain);

}  // namespace saker

#endif  // SAKER_OPS_CORE_AXIS_CHAIN_H_
