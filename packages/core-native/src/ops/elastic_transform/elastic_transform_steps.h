// Moves every pixel by smooth random offsets. Formula: elastic_transform.h.
#ifndef SAKER_OPS_ELASTIC_TRANSFORM_ELASTIC_TRANSFORM_STEPS_H_
#define SAKER_OPS_ELASTIC_TRANSFORM_ELASTIC_TRANSFORM_STEPS_H_

#include <array>
#include <cstdint>

#include "gen/op_params.h"
#include "ops/core/pixel_noise.h"
#include "ops/core/pixel_step.h"

namespace saker {

struct ElasticStep {
  static constexpr StepKind kKind = StepKind::kElastic;
  static constexpr const char* kName = "elastic";
  static constexpr PassKind kPass = PassKind::kPicture;

  std::array<double, 2> amount{};  // pixels that a smoothed offset of 1 moves, along x and y
  std::array<double, 2> sigma{};   // 0: not smoothed along that axis
  // Of the offsets along x and of those along y: taps on both axes, odd.
  std::array<int32_t, 2> taps{{1, 1}};
  std::array<float, 3> fill{};
  Interpolation filter = Interpolation::kBilinear;  // never kLanczos
  NoiseKey noise{};

  template <class V>
  void VisitFields(V&& visit) const {
    visit("amount", amount);
    visit("sigma", sigma);
    visit("taps", taps);
    visit("fill", fill);
    visit("filter", EnumNames<Interpolation>::names[static_cast<int>(filter)]);
  }
};

}  // namespace saker

#endif  // SAKER_OPS_ELASTIC_TRANSFORM_ELASTIC_TRANSFORM_STEPS_H_
