// Batch normalisation with batch statistics over channels-last f32 pixels, with what usually follows it: the sum with
// another branch and ReLU or Clip. Plain pointers; the autograd function around it is in ops/batch_norm_act.h.
//
// Shapes: x, y, dy, dx and residuals are [rows, channels], row-major (an NHWC tensor with N, H and W as rows).
#pragma once

#include <cstdint>

namespace saker::autograd {

enum class Activation { kNone, kRelu, kClip };

struct BatchNormShape {
  int64_t rows = 0, channels = 0;
};

// What the pixels of one layer meet; bounds are Clip's.
struct BatchNormEpilogue {
  Activation activation = Activation::kNone;
  float lo = 0, hi = 0;
};

// Per channel, [channels] each.
struct BatchNormFactors {
  const float* mean;
  const float* scale;  // weight / sqrt(variance + eps)
  const float* bias;
};

// mean [channels] and the sum of squared differences from it, m2 [channels]. One pass over x: sums of blocks are made in
// f32 around the block's own mean and joined in f64 (Chan, Golub and LeVeque 1979), in an order that follows from the
// shape alone, so the bits do not depend on the number of threads.
void BatchNormStatistics(double* mean, double* m2, const float* x, BatchNormShape shape);

// y = activation((x - mean) * scale + bias + residual). `residual` may be null. NaN stays NaN.
void BatchNormForward(float* y, const float* x, const float* residual, BatchNormShape shape, BatchNormFactors factors,
                      BatchNormEpilogue epilogue);

// With g = dy where the activation passes gradients and 0 elsewhere: sum_g [channels] = sum of g, sum_gx [channels] =
// sum of g * (x - mean). ReLU passes where its result is above 0; Clip where its operand is in [lo, hi]. `y` is the
// forward result and read only when it had a residual, null otherwise; `g` is written unless null.
void BatchNormBackwardSums(double* sum_g, double* sum_gx, float* g, const float* dy, const float* x, const float* y,
                           BatchNormShape shape, BatchNormFactors factors, BatchNormEpilogue epilogue);

// dx = scale * (g - shift - (x - mean) * slope), g made from dy as above when `masked`, dy itself otherwise. `shift` and
// `slope` [channels] are mean(g) and mean(g * (x - mean)) / (variance + eps).
void BatchNormBackward(float* dx, const float* dy, const float* x, BatchNormShape shape, BatchNormFactors factors,
                       const float* shift, const float* slope, bool masked, BatchNormEpilogue epilogue);

}  // namespace saker::autograd
