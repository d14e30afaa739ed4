#include "testing/device_programs.h"

#include <algorithm>
#include <cmath>

#include "ops/core/visit_step.h"
#include "plan/axis_table.h"
#include "testing/run_program.h"

namespace saker {
namespace testing_support {
namespace {

constexpr double kU = 1.0 / (1 << 24);

class Dice {
 public:
  explicit Dice(std::mt19937* random) : random_(random) {}
  int Below(int n) { return static_cast<int>((*random_)() % static_cast<uint32_t>(n)); }
  bool OneIn(int n) { return Below(n) == 0; }
  int Size() { return 1 + Below(OneIn(4) ? 120 : 40); }

 private:
  std::mt19937* random_;
};

void SetTail(Dice* dice, PipelineProgram* program) {
  program->channels = dice->OneIn(4) ? 1 : 3;
  program->layout = dice->OneIn(2) ? OutputLayout::kNhwc : OutputLayout::kNchw;
}

double LargestAbsSum(const AxisTable& table) {
  double largest = 1;
  for (int o = 0; o < table.size; ++o) {
    double sum = 0;
    for (int k = 0; k < table.taps; ++k) sum += std::fabs(table.weights[o * table.taps + k]);
    largest = std::max(largest, sum);
  }
  return largest;
}

double Resampled(const AxisChain& x, const AxisChain& y, double error) {
  AxisScratch scratch;
  AxisTable tx, ty;
  BuildAxisTable(x, 0, &scratch, &tx);
  BuildAxisTable(y, 0, &scratch, &ty);
  const double grows = LargestAbsSum(tx) * LargestAbsSum(ty);
  return grows * (error + 255 * kU * (tx.taps + ty.taps + 4));
}

double Blended(double factor, double error) {
  const double f = std::fabs(factor) + std::fabs(1 - factor);
  return f * (2 * error + 4 * 255 * kU) + 1.0 / (1 << 20);
}

}  // namespace

PipelineProgram ContinuousProgram(std::mt19937* random) {
  Dice dice(random);
  PipelineProgram program;
  const int kind = dice.Below(3);
  if (kind == 0) {
    program.ops.push_back(ResizeTo(dice.Size(), dice.Size(),
                                   static_cast<Interpolation>(dice.Below(4)), !dice.OneIn(3)));
  } else if (kind == 1) {
    RandomResizedCropParams p;
    p.size.push_back(dice.Size());
    p.size.push_back(dice.Size());
    p.scale = {0.08, 1};
    p.ratio = {0.75, 1.33};
    p.interpolation = static_cast<Interpolation>(1 + dice.Below(3));
    p.antialias = true;
    program.ops.push_back(p);
  }
  if (dice.OneIn(3)) {
    program.ops.push_back(PadBy(dice.Below(4), dice.Below(4), dice.Below(4), dice.Below(4),
                                static_cast<PaddingMode>(dice.Below(4)), dice.Below(256)));
  }
  RandomHorizontalFlipParams hflip;
  hflip.p = 0.5;
  program.ops.push_back(hflip);
  if (dice.OneIn(2)) program.ops.push_back(CenterCropTo(dice.Size(), dice.Size()));
  const int colours = dice.Below(5);
  for (int i = 0; i < colours; ++i) {
    if (dice.OneIn(2)) {
      ColorJitterParams p;
      if (!dice.OneIn(3)) p.brightness = {{0.6, 1.4}};
      if (!dice.OneIn(3)) p.contrast = {{0.6, 1.4}};
      if (!dice.OneIn(3)) p.saturation = {{0.0, 2.0}};
      program.ops.push_back(p);
    } else if (dice.OneIn(2)) {
      GaussianBlurParams p;
      p.kernel_size = {1 + 2 * dice.Below(6), 1 + 2 * dice.Below(6)};
      p.sigma = {0.1, 5};
      program.ops.push_back(p);
    } else if (dice.OneIn(2)) {
      program.ops.push_back(RandomGrayscaleParams{0.5});
    } else if (dice.OneIn(2)) {
      program.ops.push_back(RandomInvertParams{0.5});
    } else {
      GaussianNoiseParams p;
      p.mean = dice.Below(10) / 100.0;
      p.sigma = dice.Below(40) / 100.0;
      p.clip = true;
      program.ops.push_back(p);
    }
  }
  if (dice.OneIn(3)) {
    // Behind a blur this is a resample of the f32 picture.
    program.ops.push_back(
        ResizeTo(dice.Size(), dice.Size(), static_cast<Interpolation>(1 + dice.Below(3))));
  }
  SetTail(&dice, &program);
  if (dice.OneIn(2)) {
    NormalizeParams p;
    for (int c = 0; c < program.channels; ++c) {
      p.mean.push_back(0.4 + 0.05 * c);
      p.std.push_back(0.2 + 0.01 * c);
    }
    program.ops.push_back(p);
  }
  return program;
}

PipelineProgram LevelProgram(std::mt19937* random) {
  Dice dice(random);
  PipelineProgram program;
  if (dice.OneIn(2))
    program.ops.push_back(PadBy(dice.Below(4), 2, 1, dice.Below(5), PaddingMode::kReflect));
  if (dice.OneIn(2))
    program.ops.push_back(ResizeTo(dice.Size(), dice.Size(), Interpolation::kNearest));
  RandomVerticalFlipParams flip;
  flip.p = 0.5;
  program.ops.push_back(flip);
  for (int n = 1 + dice.Below(6); n > 0; --n) {
    switch (dice.Below(12)) {
      case 0:
        program.ops.push_back(RandomInvertParams{1});
        break;
      case 1:
        program.ops.push_back(RandomPosterizeParams{dice.Below(9), 1});
        break;
      case 2:
        program.ops.push_back(RandomSolarizeParams{dice.Below(2570) / 10.0, 1});
        break;
      case 3:
        program.ops.push_back(
            AdjustGammaParams{0.2 + dice.Below(30) / 10.0, 0.5 + dice.Below(10) / 10.0});
        break;
      case 4:
        program.ops.push_back(RandomChannelPermutationParams{});
        break;
      case 5:
        program.ops.push_back(RandomAutocontrastParams{1});
        break;
      case 6:
        program.ops.push_back(RandomEqualizeParams{1});
        break;
      case 7: {
        RandomErasingParams p;
        p.p = 0.7;
        p.scale = {0.02, 0.5};
        p.ratio = {0.3, 3.3};
        p.value.kind = EraseKind::kColor;
        p.value.color = {10, 200, 77};
        program.ops.push_back(p);
        break;
      }
      case 8: {
        ColorJitterParams p;
        p.hue = {{-0.5, 0.5}};
        program.ops.push_back(p);
        break;
      }
      case 9: {
        EraseParams p;
        p.top = dice.Below(30);
        p.left = dice.Below(30);
        p.height = 1 + dice.Below(40);
        p.width = 1 + dice.Below(40);
        p.value.kind = EraseKind::kColor;
        p.value.color = {10, 200, 77};
        program.ops.push_back(p);
        break;
      }
      case 10: {
        RandomApplyParams p;
        p.p = 0.7;
        p.transforms.count = 1;
        program.ops.push_back(p);
        program.ops.push_back(RandomInvertParams{0.5});
        break;
      }
      default:
        program.ops.push_back(RandomAdjustSharpnessParams{dice.Below(300) / 100.0, 1});
    }
  }
  SetTail(&dice, &program);
  return program;
}

double DeviceTolerance(const SamplePlan& plan) {
  double error = Resampled(plan.x, plan.y, 0);
  for (const PixelStep& step : plan.steps) {
    switch (step.kind) {
      case StepKind::kBrightness:
        error = Blended(step.Get<BrightnessStep>().factor, error);
        break;
      case StepKind::kContrast:
        error = Blended(step.Get<ContrastStep>().factor, error);
        break;
      case StepKind::kSaturation:
        error = Blended(step.Get<SaturationStep>().factor, error);
        break;
      case StepKind::kNoise:
        error += step.Get<NoiseStep>().sigma * 6 * 16 * kU + 3 * 255 * kU;
        break;
      case StepKind::kBlur: {
        const auto& taps = step.Get<BlurStep>().taps;
        error += 255 * kU * (taps[0] + taps[1] + 4);
        break;
      }
      case StepKind::kResample: {
        const Resampling& r = plan.resamples[static_cast<size_t>(step.Get<ResampleStep>().index)];
        error = Resampled(r.x, r.y, error);
        break;
      }
      default:
        error += 3 * 255 * kU;
    }
  }
  return error + 4 * 255 * kU;
}

}  // namespace testing_support
}  // namespace saker
