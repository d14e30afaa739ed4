// Training on a device that is not the CPU: the same steps give the CPU's weights, and no operand is left behind. The device is
// testing/foreign_device.h's.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "autograd/device.h"
#include "autograd/testing/foreign_device.h"
#include "autograd/testing/networks.h"
#include "autograd/testing/training.h"

namespace saker::autograd {
namespace {

using testing::Batch;
using testing::ExpectNear;
using testing::kForeign;
using testing::kForeignDevice;
using testing::Must;
using testing::Optimise;
using testing::ProgramBuilder;
using testing::UnderSgd;

struct Record {
  std::vector<double> losses;
  HostTensors weights, state, average;
};

struct Task {
  std::string name;
  ProgramBuilder network;
  std::vector<int64_t> dims;
  ModelOptions options = {};
};

std::shared_ptr<Model> Trained(const Task& task, const std::string& device, OptimizerConfig::Type type, Record* run,
                               int64_t steps = 5) {
  ModelOptions options = task.options;
  options.device = device;
  auto model = Must(Model::Create(task.network.program(), options));
  Must(model->ConfigureOptimizer(Optimise(*model, type)));
  for (int64_t step = 0; step < steps; ++step) {
    const Batch batch(task.dims, step);
    StepOptions how;
    how.step = static_cast<uint64_t>(step);
    how.seed = 7;
    how.clip_grad_norm = 5;
    how.label_smoothing = 0.1;
    run->losses.push_back(Must(model->TrainStep(batch.input, batch.wanted, how)).loss);
    Must(model->UpdateAverage(0.9));
  }
  run->weights = Must(model->ReadTensors({}));
  run->state = Must(model->OptimizerState());
  run->average = Must(model->ReadAverage());
  return model;
}

std::vector<Task> Tasks() {
  std::vector<Task> out;
  out.push_back({"residual", testing::ResidualNet(), {6, 3, 12, 12}});
  out.push_back({"squeeze", testing::SqueezeNet(), {6, 3, 12, 12}});
  out.push_back({"attention", testing::AttentionNet(), {5, 3, 12, 12}});
  out.push_back({"index", testing::IndexNet(), {2, 4, 6, 6}});
  out.push_back({"checkpointed", testing::ResidualNet(), {6, 3, 12, 12}});
  out.back().options.gradient_checkpointing = true;
  return out;
}

TEST(DeviceTest, StepsGiveTheWeightsOfTheCpu) {
  for (const Task& task : Tasks()) {
    for (auto type : {OptimizerConfig::Type::kSgd, OptimizerConfig::Type::kAdamW}) {
      SCOPED_TRACE(task.name + " " + std::to_string(static_cast<int>(type)));
      Record cpu, foreign;
      Trained(task, "cpu", type, &cpu);
      const size_t before = testing::ForeignCalls();
      Trained(task, kForeign, type, &foreign);
      EXPECT_GT(testing::ForeignCalls(), before + 100);
      for (size_t i = 0; i < cpu.losses.size(); ++i) EXPECT_NEAR(foreign.losses[i], cpu.losses[i], 2e-5);
      EXPECT_GT(std::abs(cpu.losses[0] - cpu.losses[4]), 1e-3);
      ExpectNear(foreign.weights, cpu.weights, "weight");
      ExpectNear(foreign.state, cpu.state, "state");
      ExpectNear(foreign.average, cpu.average, "average");
    }
  }
}

TEST(DeviceTest, TheForeignDeviceRefusesWhatWasLeftOnTheCpu) {
  const at::Tensor here = at::ones({3}), there = at::ones({3}, kForeignDevice);
  EXPECT_THROW(at::add(there, here), c10::Error);
  EXPECT_THROW(at::mm(at::ones({2, 2}, kForeignDevice), at::ones({2, 2})), c10::Error);
  EXPECT_THROW(at::cat({there, here}), c10::Error);
  EXPECT_EQ(at::mul(there, at::scalar_tensor(2.0)).sum().item<double>(), 6);
  EXPECT_EQ(at::add(there, here.to(kForeignDevice)).to(at::kCPU).sum().item<double>(), 6);
}

TEST(DeviceTest, AnotherDeviceGoesOnFromWhatOneHasWritten) {
  const Task task{"residual", testing::ResidualNet(), {6, 3, 12, 12}};
  Record whole, half;
  Trained(task, "cpu", OptimizerConfig::Type::kAdamW, &whole, 4);
  Trained(task, kForeign, OptimizerConfig::Type::kAdamW, &half, 3);
  auto model = Must(Model::Create(task.network.program(), {}));
  Must(model->ConfigureOptimizer(Optimise(*model, OptimizerConfig::Type::kAdamW)));
  Must(model->WriteTensors(half.weights));
  Must(model->LoadOptimizerState(half.state));
  Must(model->WriteAverage(half.average));
  const Batch batch(task.dims, 3);
  StepOptions how;
  how.step = 3;
  how.seed = 7;
  how.clip_grad_norm = 5;
  how.label_smoothing = 0.1;
  Must(model->TrainStep(batch.input, batch.wanted, how));
  Must(model->UpdateAverage(0.9));
  ExpectNear(Must(model->ReadTensors({})), whole.weights, "weight");
  ExpectNear(Must(model->OptimizerState()), whole.state, "state");
  ExpectNear(Must(model->ReadAverage()), whole.average, "average");
}

TEST(DeviceTest, LossesTeachersMasksAndEvaluationRunOnTheDevice) {
  const Task task{"squeeze", testing::SqueezeNet(), {6, 3, 12, 12}};
  const ProgramBuilder teacher = testing::ResidualNet();
  LossConfig cross, focal, sigmoid;
  cross.weights = {1, 2, 0.5f, 1};
  focal.kind = LossConfig::Kind::kFocal;
  focal.weights = cross.weights;
  sigmoid.kind = LossConfig::Kind::kAsymmetric;
  sigmoid.sigmoid = true;
  DistillConfig distill;
  distill.scale = {1.5f, 1, 0.5f};
  distill.bias = {0.1f, 0, -0.1f};
  distill.classes = {3, 2, 1, 0};
  for (const LossConfig& loss : {cross, focal, sigmoid}) {
    std::vector<HostTensors> weights;
    std::vector<StepResult> evals;
    for (const std::string& device : {std::string("cpu"), std::string(kForeign)}) {
      ModelOptions options;
      options.device = device;
      auto model = Must(Model::Create(task.network.program(), options));
      Must(model->ConfigureOptimizer(Optimise(*model, OptimizerConfig::Type::kLamb)));
      Must(model->ConfigureLoss(loss));
      Must(model->ConfigureTeacher(teacher.program(), distill));
      for (int64_t step = 0; step < 3; ++step) {
        Batch batch(task.dims, step);
        const std::vector<uint8_t> mask{1, 0, 1, 1, 1, 1};
        batch.wanted.mask = mask.data();
        batch.wanted.mask_count = mask.size();
        StepOptions how;
        how.update = step != 0;  // the first two are one update
        how.clip_grad_agc = 0.1;
        Must(model->TrainStep(batch.input, batch.wanted, how));
      }
      weights.push_back(Must(model->ReadTensors({})));
      const Batch batch(task.dims, 9);
      evals.push_back(Must(model->EvalStep(batch.input, batch.wanted, {})));
    }
    ExpectNear(weights[1], weights[0], "weight");
    EXPECT_NEAR(evals[1].loss, evals[0].loss, 1e-5);
    ExpectNear({{"p", evals[1].probabilities}}, {{"p", evals[0].probabilities}}, "probabilities");
  }
}

TEST(DeviceTest, PretrainingRunsOnTheDevice) {
  const ProgramBuilder network = testing::ResidualNet();
  for (auto method : {PretrainConfig::Method::kSimclr, PretrainConfig::Method::kDino}) {
    std::vector<HostTensors> weights;
    for (const std::string& device : {std::string("cpu"), std::string(kForeign)}) {
      ModelOptions options;
      options.device = device;
      const auto model = UnderSgd(network, options);
      PretrainConfig config;
      config.method = method;
      Must(model->ConfigurePretraining(network.program(), config));
      for (int64_t step = 0; step < 2; ++step) {
        const Batch one({4, 3, 12, 12}, step), two({4, 3, 12, 12}, step + 20);
        const std::vector<uint8_t> mask{1, 1, 0, 1};
        Labels masked;
        masked.mask = mask.data();
        masked.mask_count = mask.size();
        Must(model->PretrainStep({one.input, two.input}, {masked, Labels{}}, {}, {}));
      }
      weights.push_back(Must(model->ReadTensors({})));
      for (auto& [name, tensor] : Must(model->PretrainState())) weights.back()[name] = std::move(tensor);
    }
    ExpectNear(weights[1], weights[0], "weight");
  }
}

TEST(DeviceTest, ABatchInTheMemoryOfTheDeviceIsTakenWithoutACopy) {
  const ProgramBuilder network = testing::ResidualNet();
  ModelOptions options;
  options.device = kForeign;
  const auto model = UnderSgd(network, options);
  const Batch batch({2, 3, 12, 12}, 0);
  const at::Tensor memory = at::empty({2, 3, 12, 12}, kForeignDevice);
  memory.copy_(at::from_blob(const_cast<float*>(batch.pixels.data()), memory.sizes()));
  static int freed;
  freed = 0;
  std::vector<int64_t> shape = memory.sizes().vec();
  const auto capsule = [&](int32_t type) {
    auto* tensor = new DLManagedTensor{};
    tensor->dl_tensor = {memory.data_ptr(), {static_cast<DLDeviceType>(type), 0}, 4, {kDLFloat, 32, 1}, shape.data(), nullptr, 0};
    tensor->deleter = [](DLManagedTensor* self) {
      ++freed;
      delete self;
    };
    BatchInput input;
    input.dlpack = std::make_shared<DlpackLease>(tensor);
    return input;
  };
  const BatchInput own = capsule(12);
  Must(model->TrainStep(own, batch.wanted, {}));
  EXPECT_EQ(model->last_input_address(), reinterpret_cast<uintptr_t>(memory.data_ptr()));
  EXPECT_EQ(freed, 1);
  const BatchInput third = capsule(kDLCUDA);
  const auto refused = model->TrainStep(third, batch.wanted, {});
  EXPECT_EQ(refused.failure.code, "E_DEVICE_MISMATCH");
  EXPECT_EQ(refused.failure.params.at("device"), "cuda:0");
  EXPECT_EQ(refused.failure.params.at("expected"), kForeign);
  EXPECT_EQ(freed, 2);
}

TEST(DeviceTest, NoMemoryOnTheDeviceIsNoFaultOfAnOperator) {
  const ProgramBuilder network = testing::ResidualNet();
  ModelOptions options;
  options.device = kForeign;
  const auto model = UnderSgd(network, options);
  const HostTensors before = Must(model->ReadTensors({}));
  const Batch batch({16, 3, 12, 12}, 0);
  {
    const testing::ForeignMemoryLimit limit(40000);
    const auto failed = model->TrainStep(batch.input, batch.wanted, {});
    EXPECT_EQ(failed.failure.code, "E_MEMORY");
    EXPECT_NE(failed.failure.params.at("detail").find("Tried to allocate"), std::string::npos);
  }
  ExpectNear(Must(model->ReadTensors({})), before, "weight");
  EXPECT_TRUE(model->TrainStep(batch.input, batch.wanted, {}).ok());
}

TEST(DeviceTest, ADeviceThatIsNotThereIsRefusedByName) {
  const ProgramBuilder network = testing::ResidualNet();
  ModelOptions options;
  const auto code = [&](const std::string& device) {
    options.device = device;
    return Model::Create(network.program(), options).failure.code;
  };
  if (at::globalContext().hasCUDA()) {
    EXPECT_EQ(code("cuda:99"), "E_CUDA_NO_DEVICE");
  } else {
    EXPECT_TRUE(code("cuda") == "E_CUDA_NOT_BUILT" || code("cuda") == "E_CUDA_NO_DEVICE");
  }
  EXPECT_EQ(code("gpu"), "E_ENGINE_ARGUMENT");
  EXPECT_EQ(code("xla"), "E_ENGINE_ARGUMENT");
  EXPECT_EQ(code("cpu"), "");
}

}  // namespace
}  // namespace saker::autograd
