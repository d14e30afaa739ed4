// All ops: PlanOp overloads for every struct of gen/op_params.h. A declared op without one does not
// compile.
#ifndef SAKER_PLAN_OPS_H_
#define SAKER_PLAN_OPS_H_

#include <utility>

#include "ops/adjust_gamma/adjust_gamma.h"
#include "ops/center_crop/center_crop.h"
#include "ops/color_jitter/color_jitter.h"
#include "ops/gaussian_blur/gaussian_blur.h"
#include "ops/grayscale/grayscale.h"
#include "ops/normalize/normalize.h"
#include "ops/pad/pad.h"
#include "ops/permute_channels/permute_channels.h"
#include "ops/random_adjust_sharpness/random_adjust_sharpness.h"
#include "ops/random_autocontrast/random_autocontrast.h"
#include "ops/random_channel_permutation/random_channel_permutation.h"
#include "ops/random_crop/random_crop.h"
#include "ops/random_equalize/random_equalize.h"
#include "ops/random_erasing/random_erasing.h"
#include "ops/random_grayscale/random_grayscale.h"
#include "ops/random_horizontal_flip/random_horizontal_flip.h"
#include "ops/random_invert/random_invert.h"
#include "ops/random_photometric_distort/random_photometric_distort.h"
#include "ops/random_posterize/random_posterize.h"
#include "ops/random_resized_crop/random_resized_crop.h"
#include "ops/random_solarize/random_solarize.h"
#include "ops/random_vertical_flip/random_vertical_flip.h"
#include "ops/resize/resize.h"
#include "ops/resized_crop/resized_crop.h"

namespace saker {

#define SAKER_X(Name, stem)                                                                 \
  static_assert(std::is_same_v<Status, decltype(PlanOp(std::declval<const Name##Params&>(), \
                                                       std::declval<RandomStream*>(),       \
                                                       std::declval<PlanBuilder*>()))>,     \
                #Name " has no PlanOp: see ops/" #stem);
SAKER_FOR_EACH_OP(SAKER_X)
#undef SAKER_X

}  // namespace saker

#endif  // SAKER_PLAN_OPS_H_
