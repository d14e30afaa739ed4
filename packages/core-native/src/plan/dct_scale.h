// DCT scaling: let the JPEG decoder shrink by 2, 4 or 8 when the resample would shrink at least as
// much anyway.
#ifndef SAKER_PLAN_DCT_SCALE_H_
#define SAKER_PLAN_DCT_SCALE_H_

#include "ops/core/axis_chain.h"

namespace saker {

// Picks the largest of {8, 4, 2, 1} for which the window that the first resize reads still has at
// least as many scaled pixels as the resize makes, on both axes; 1 when there is no resize, when it
// is nearest (which picks single full-resolution pixels), or when a pad stands before it. Rewrites
// the chains to start from the scaled picture and returns the denominator.
//
// Scaled pixel k stands for full-resolution pixels [k d, (k + 1) d), so coordinate u becomes u / d;
// the scaled picture has ceil(size / d) pixels. On an axis that EXIF `orientation` mirrors, the
// grid starts at the far end.
int ApplyDctScale(int orientation, AxisChain* x, AxisChain* y);

}  // namespace saker

#endif  // SAKER_PLAN_DCT_SCALE_H_
