// Training on a device that is not the CPU: the same steps give the CPU's weights, and no operand is left behind. The device is
// testing/foreign_device.h's.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <memory>
#include <thread>

#include "autograd/device.h"
#include "autograd/model.h"
#include "autograd/testing/foreign_device.h"
#include "autograd/testing/networks.h"

namespace saker::autograd {
namespace {

using testing::kForeign;
using testing::kForeignDevice;
using testing::ProgramBuilder;

template <typename T>
T Must(Result<T> result) {
  if (!result.ok()) {
    std::string text = result.failure.code;
    for (const auto& [key, value] : result.failure.params) text += " " + key + "=" + value;
    throw std::runtime_error(text);
  }
  return std::move(*result.value);
}

OptimizerConfig Optimise(const Model& model, OptimizerConfig::Type type) {
  OptimizerConfig config;
  config.type = type;
  config.momentum = type == OptimizerConfig::Type::kAdamW ? 0 : 0.9;
  // Where no gradient is due (the bias of attention's keys), rounding must not decide on an update.
  config.eps = 1e-4;
  OptimizerConfig::Group group;
  group.lr = type == OptimizerConfig::Type::kSgd ? 0.05 : 0.002;
  group.weight_decay = 0.01;
  for (const ParameterInfo& p : model.Parameters()) {
    if (p.trainable) group.params.push_back(p.name);
  }
  config.groups = {group};
  return config;
}

// A batch of `n` pictures and their labels.
struct Batch {
  std::vector<float> pixels;
  std::vector<int32_t> labels;
  BatchInput input;
  Labels wanted;

  Batch(std::vector<int64_t> dims, int64_t step) {
    int64_t count = 1;
    for (int64_t d : dims) count *= d;
    pixels = testing::Wave(count, 0.1 + static_cast<double>(step));
    for (int64_t i = 0; i < dims[0]; ++i) labels.push_back(static_cast<int32_t>((i + step) % 4));
    input.data = pixels.data();
    input.dims = std::move(dims);
    wanted.data = labels.data();
    wanted.count = labels.size();
  }
};

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

// Equal up to a few roundings of f32, of values as large as the tensor's.
void ExpectNear(const HostTensors& got, const HostTensors& want, const std::string& what) {
  ASSERT_EQ(got.size(), want.size()) << what;
  for (const auto& [name, tensor] : want) {
    const HostTensor& other = got.at(name);
    ASSERT_EQ(other.dims, tensor.dims) << what << " " << name;
    double most = 1e-2, worst = 0;
    for (size_t i = 0; i < tensor.data.size(); ++i) {
      most = std::max(most, std::abs(static_cast<double>(tensor.data[i])));
      worst = std::max(worst, std::abs(static_cast<double>(tensor.data[i]) - static_cast<double>(other.data[i])));
    }
    EXPECT_LE(worst, 2e-5 * most) << what << " " << name;
  }
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
      auto model = Must(Model::Create(network.program(), options));
      Must(model->ConfigureOptimizer(Optimise(*model, OptimizerConfig::Type::kSgd)));
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

// Two ranks of one process, each on a device and thus a backward thread of its own.
std::vector<HostTensors> TwoRanks(const ProgramBuilder& network, const std::vector<std::string>& devices,
                                  const GroupConfig& shared) {
  std::vector<HostTensors> weights(2);
  std::vector<std::string> errors(2);
  std::vector<std::thread> threads;
  for (int rank = 0; rank < 2; ++rank) {
    threads.emplace_back([&, rank] {
      const size_t r = static_cast<size_t>(rank);
      try {
        ModelOptions options;
        options.device = devices[r];
        options.gradient_checkpointing = true;
        auto model = Must(Model::Create(network.program(), options));
        Must(model->ConfigureOptimizer(Optimise(*model, OptimizerConfig::Type::kSgd)));
        GroupConfig config = shared;
        config.rank = rank;
        config.world_size = 2;
        config.timeout_s = 30;
        config.bucket_bytes = 2000;
        Must(model->JoinGroup(config));
        Must(model->BroadcastTensors(false));
        for (int64_t step = 0; step < 3; ++step) {
          const Batch batch({4 + rank, 3, 12, 12}, 10 * step + rank);
          Must(model->TrainStep(batch.input, batch.wanted, {}));
        }
        weights[r] = Must(model->ReadTensors({}));
        Must(model->LeaveGroup());
      } catch (const std::exception& error) {
        errors[r] = error.what();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(errors[0], "");
  EXPECT_EQ(errors[1], "");
  return weights;
}

TEST(DeviceTest, RanksOnDevicesStepAsRanksOnTheCpu) {
#ifndef SAKER_GLOO
  GTEST_SKIP() << "built without Gloo";
#endif
  const ProgramBuilder network = testing::ResidualNet();
  for (bool sync : {false, true}) {
    std::vector<std::vector<HostTensors>> weights;
    for (const auto& devices : {std::vector<std::string>{"cpu", "cpu"}, {kForeign, testing::kForeignToo}}) {
      GroupConfig config;
      config.file = ::testing::TempDir() + "saker-ranks-" + std::to_string(getpid()) + devices[0];
      std::remove(config.file.c_str());
      config.sync_batch_norm = sync;
      weights.push_back(TwoRanks(network, devices, config));
      std::remove(config.file.c_str());
    }
    ExpectNear(weights[1][0], weights[0][0], "rank 0");
    ExpectNear(weights[1][1], weights[0][1], "rank 1");
    HostTensors one = weights[1][0], other = weights[1][1];
    if (sync) ExpectNear(one, other, "ranks");
  }
}

TEST(DeviceTest, ABatchInTheMemoryOfTheDeviceIsTakenWithoutACopy) {
  const ProgramBuilder network = testing::ResidualNet();
  ModelOptions options;
  options.device = kForeign;
  auto model = Must(Model::Create(network.program(), options));
  Must(model->ConfigureOptimizer(Optimise(*model, OptimizerConfig::Type::kSgd)));
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
  auto model = Must(Model::Create(network.program(), options));
  Must(model->ConfigureOptimizer(Optimise(*model, OptimizerConfig::Type::kSgd)));
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

// The residual network in f16, with a loss whose gradients are `positive` times those of an ordinary one.
std::shared_ptr<Model> InF16(const ProgramBuilder& network, float positive) {
  ModelOptions options;
  options.device = kForeign;
  options.amp = ModelOptions::Amp::kFp16;
  auto model = Must(Model::Create(network.program(), options));
  Must(model->ConfigureOptimizer(Optimise(*model, OptimizerConfig::Type::kSgd)));
  LossConfig loss;
  loss.kind = LossConfig::Kind::kBce;
  loss.sigmoid = true;
  loss.weights.assign(4, positive);
  Must(model->ConfigureLoss(loss));
  return model;
}

TEST(DeviceTest, F16GivesTheStepsOfF32UpToItsRounding) {
  const ProgramBuilder network = testing::ResidualNet();
  ModelOptions options;
  auto wide = Must(Model::Create(network.program(), options));
  Must(wide->ConfigureOptimizer(Optimise(*wide, OptimizerConfig::Type::kSgd)));
  options.device = kForeign;
  options.amp = ModelOptions::Amp::kFp16;
  auto narrow = Must(Model::Create(network.program(), options));
  Must(narrow->ConfigureOptimizer(Optimise(*narrow, OptimizerConfig::Type::kSgd)));
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

TEST(DeviceTest, AStepThatOverflowsF16IsLeftOutAndHalvesTheScale) {
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

TEST(DeviceTest, GradientsThatNoScaleMakesFiniteAreADivergence) {
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

TEST(DeviceTest, F16OnTheCpuIsRefused) {
  const ProgramBuilder network = testing::ResidualNet();
  ModelOptions options;
  options.amp = ModelOptions::Amp::kFp16;
  EXPECT_EQ(Model::Create(network.program(), options).failure.code, "E_ENGINE_ARGUMENT");
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
