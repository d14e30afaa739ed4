// Training in f16 on a device that is not the CPU: see testing/foreign_device.h.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "autograd/testing/foreign_device.h"
#include "autograd/testing/networks.h"
#include "autograd/testing/training.h"

namespace saker::autograd {
namespace {

using testing::Batch;
using testing::ExpectNear;
using testing::Must;
using testing::ProgramBuilder;
using testing::UnderSgd;
using testing::kForeign;

// The residual network in f16, with a loss whose gradients are `positive` times those of an ordinary one.
std::shared_ptr<Model> InF16(const ProgramBuilder& network, float positive) {
  ModelOptions options;
  options.device = kForeign;
  options.amp = ModelOptions::Amp::kFp16;
  const auto model = UnderSgd(network, options);
  LossConfig loss;
  loss.kind = LossConfig::Kind::kBce;
  loss.sigmoid = true;
  loss.weights.assign(4, positive);
  Must(model->ConfigureLoss(loss));
  return model;
}

TEST(DeviceF16Test, F16GivesTheStepsOfF32UpToItsRounding) {
  const ProgramBuilder network = testing::ResidualNet();
  ModelOptions options;
  const auto wide = UnderSgd(network, options);
  options.device = kForeign;
  options.amp = ModelOptions::Amp::kFp16;
  const auto narrow = UnderSgd(network, options);
  for (int64_t step = 0; step < 4; ++step) {
    const Batch batch({6, 3, 12, 12}, step);
    StepOptions how;
    how.clip_grad_norm = 0.5;  // below every norm: a norm that is still scaled would be clipped to nothing
    how.update = step % 2 == 1;
    const StepResult want = Must(wide->TrainStep(batch.input, batch.wanted, how));
    const StepResult got = Must(narrow->TrainStep(batch.input, batch.wanted, how));
    EXPECT_NEAR(got.loss, want.loss, 2e-2);
    EXPECT_NEAR(got.grad_norm, want.grad_norm, 5e-2 * want.grad_norm);
    EXPECT_FALSE(got.skipped);
    EXPECT_EQ(got.loss_scale, how.update ? 65536 : 0);
  }
  const HostTensors want = Must(wide->ReadTensors({})), got = Must(narrow->ReadTensors({}));
  double moved = 0;
  for (const auto& [name, tensor] : want) {
    for (size_t i = 0; i < tensor.data.size(); ++i) {
      EXPECT_NEAR(got.at(name).data[i], tensor.data[i], 1e-2 * std::max(1.f, std::abs(tensor.data[i]))) << name;
      moved = std::max(moved, static_cast<double>(std::abs(tensor.data[i] - got.at(name).data[i])));
    }
  }
  EXPECT_GT(moved, 0) << "products were not narrow";
  EXPECT_EQ(Must(narrow->OptimizerState()).at("grad_scaler/growth_tracker").data[0], 2);
}

TEST(DeviceF16Test, AStepThatOverflowsF16IsLeftOutAndHalvesTheScale) {
  const ProgramBuilder network = testing::ResidualNet();
  auto model = InF16(network, 100);
  const HostTensors before = Must(model->ReadTensors({}));
  const Batch batch({6, 3, 12, 12}, 0);
  double scale = 65536;
  int64_t skipped = 0;
  for (int64_t step = 0; step < 8; ++step) {
    const StepResult result = Must(model->TrainStep(batch.input, batch.wanted, {}));
    if (result.skipped) {
      scale /= 2;
      ++skipped;
    }
    EXPECT_EQ(result.loss_scale, scale);
    EXPECT_EQ(std::isfinite(result.grad_norm), !result.skipped);
    if (skipped == step + 1) ExpectNear(Must(model->ReadTensors({})), before, "weight");
  }
  EXPECT_GT(skipped, 1);
  EXPECT_LT(skipped, 8);
  const HostTensors state = Must(model->OptimizerState());
  EXPECT_EQ(state.at("grad_scaler/scale").data[0], static_cast<float>(scale));
  EXPECT_EQ(state.at("grad_scaler/skipped").data[0], static_cast<float>(skipped));

  auto next = InF16(network, 100);
  Must(next->WriteTensors(Must(model->ReadTensors({}))));
  Must(next->LoadOptimizerState(state));
  const StepResult one = Must(model->TrainStep(batch.input, batch.wanted, {}));
  const StepResult other = Must(next->TrainStep(batch.input, batch.wanted, {}));
  EXPECT_EQ(other.loss_scale, one.loss_scale);
  EXPECT_EQ(other.skipped, one.skipped);
  ExpectNear(Must(next->ReadTensors({})), Must(model->ReadTensors({})), "weight");
}

TEST(DeviceF16Test, GradientsThatNoScaleMakesFiniteAreADivergence) {
  const ProgramBuilder network = testing::ResidualNet();
  auto model = InF16(network, 1e30f);
  const HostTensors before = Must(model->ReadTensors({}));
  const Batch batch({6, 3, 12, 12}, 0);
  int skipped = 0;
  Result<StepResult> result;
  while ((result = model->TrainStep(batch.input, batch.wanted, {})).ok() && skipped < 100) {
    EXPECT_TRUE(result.value->skipped);
    ++skipped;
  }
  EXPECT_EQ(skipped, 30);
  EXPECT_EQ(result.failure.code, "E_TRAIN_DIVERGED");
  ExpectNear(Must(model->ReadTensors({})), before, "weight");
}

TEST(DeviceF16Test, F16OnTheCpuIsRefused) {
  const ProgramBuilder network = testing::ResidualNet();
  ModelOptions options;
  options.amp = ModelOptions::Amp::kFp16;
  EXPECT_EQ(Model::Create(network.program(), options).failure.code, "E_ENGINE_ARGUMENT");
}

}  // namespace
}  // namespace saker::autograd
