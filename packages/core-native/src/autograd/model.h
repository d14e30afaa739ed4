// A trainable ONNX graph on libtorch, behind a header without torch. One Model is used by one thread at a time
// (the binding gives each model its own thread); creation may happen on another thread before that.
// Every method returns a Result: a value or a Failure with a registry code.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "autograd/batch_input.h"
#include "autograd/dist/config.h"
#include "autograd/error.h"
#include "autograd/host_tensor.h"
#include "autograd/loss/config.h"
#include "autograd/optimizer_config.h"
#include "autograd/program.h"
#include "autograd/ssl/config.h"
#include "autograd/step.h"

namespace saker::autograd {

struct ModelOptions {
  std::string device = "cpu";  // where the model lives and runs, see ResolveDevice
  int threads = 0;  // intra-op threads of libtorch; 0 = libtorch's default
  enum class ChannelsLast { kAuto, kOn, kOff } channels_last = ChannelsLast::kAuto;
  // kBf16, kFp16: matrix products and convolutions of training steps in that type, weights and the rest in f32. kFp16 scales
  // the loss (GradScaler) and needs a device that is not the CPU.
  enum class Amp { kOff, kBf16, kFp16 } amp = Amp::kOff;
  bool double_precision = false;     // everything in f64: for checks of the engine, not for speed
  bool gradient_checkpointing = false;  // training steps keep sqrt(n) activations and compute the others twice
  std::map<std::string, double> stochastic_depth;  // value of a residual branch: its drop rate
};

struct ParameterInfo {
  std::string name;
  std::vector<int64_t> dims;
  bool trainable = false;
  bool is_buffer = false;  // BatchNormalization running statistics
};

class Model {
 public:
  // Checks every node and copies every tensor. E_OP_UNSUPPORTED {op, domain, node, detail} before anything runs.
  static Result<std::shared_ptr<Model>> Create(const Program& program, const ModelOptions& options);
  ~Model();
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  // Prepares the calling thread (libtorch's intra-op pool size). Once, on the thread that runs the model.
  void EnterThread();

  std::vector<ParameterInfo> Parameters() const;
  // E_ENGINE_ARGUMENT for a name that is no weight.
  Result<bool> SetTrainable(const std::vector<std::string>& names, bool on);
  // Runs what `outputs` needs (graph outputs when empty). Train mode uses batch statistics, updates running
  // statistics and draws Dropout masks; no gradient is recorded.
  Result<HostTensors> Forward(const BatchInput& input, const std::vector<std::string>& outputs,
                              const StepOptions& options);
  Result<bool> ConfigureOptimizer(const OptimizerConfig& config);
  // The loss of the steps that follow; mean cross-entropy until then.
  Result<bool> ConfigureLoss(const LossConfig& config);
  // Adds a frozen teacher to the loss of training steps (not of EvalStep). E_OP_UNSUPPORTED.
  Result<bool> ConfigureTeacher(const Program& program, const DistillConfig& config);
  // Forward, loss, backward, clip, update. With amp f16 a step whose gradients are not finite is left out (`skipped`);
  // E_TRAIN_DIVERGED then when no loss scale is left to try. E_TRAIN_DIVERGED leaves weights, statistics and
  // optimiser state as they were.
  Result<StepResult> TrainStep(const BatchInput& input, const Labels& labels, const StepOptions& options);
  Result<StepResult> EvalStep(const BatchInput& input, const Labels& labels, const StepOptions& options);
  // As TrainStep up to backward; returns gradients of trainable weights, changes nothing.
  Result<StepResult> LossAndGradients(const BatchInput& input, const Labels& labels,
                                      const StepOptions& options);
  Result<HostTensors> ReadTensors(const std::vector<std::string>& names) const;  // empty = all
  Result<bool> WriteTensors(const HostTensors& tensors);
  // Moves the average of all weights and buffers by 1 - decay towards their values; the first call copies them.
  Result<bool> UpdateAverage(double decay);
  Result<HostTensors> ReadAverage() const;  // nothing before the first update
  // Replaces the average by a value for every weight and buffer, or forgets it when `tensors` is empty.
  Result<bool> WriteAverage(const HostTensors& tensors);
  Result<HostTensors> OptimizerState() const;
  Result<bool> LoadOptimizerState(const HostTensors& state);

  // Self-supervised pretraining of `program`, which is the model's own. DINO's teacher starts as a copy of the weights.
  Result<bool> ConfigurePretraining(const Program& program, const PretrainConfig& config);
  // A step on several views of the same pictures, in place of TrainStep and with its guarantees; of `labels` only the masks
  // count. A batch of fewer than two pictures updates nothing. `correct` counts pictures whose views were matched.
  Result<StepResult> PretrainStep(const std::vector<BatchInput>& inputs, const std::vector<Labels>& labels,
                                  const StepOptions& options, const PretrainOptions& pretrain);
  Result<HostTensors> PretrainState() const;  // "teacher/<weight>" and "center", of DINO

  // From then on TrainStep is one step of all ranks: gradients are those of the mean over the items of all of them, and every
  // rank makes the same update. Calls from here to BroadcastTensors, TrainStep and Group* must come in the same order on
  // every rank. E_DIST_CONNECT, E_DIST_BACKEND; then and in every such call E_DIST_PEER_LOST.
  Result<bool> JoinGroup(const GroupConfig& config);
  Result<bool> LeaveGroup();
  // Every rank learns of it with its next step. Any thread.
  void AskToStop();
  // Of the last step; nothing outside a group, nor of a step without update. Read it when the step's call has ended.
  std::optional<GroupStep> LastGroupStep() const;
  // Weights and running statistics, or the latter alone, become those of rank 0.
  Result<bool> BroadcastTensors(bool buffers_only);
  Result<std::vector<double>> GroupSum(std::vector<double> values);
  Result<std::string> GroupBroadcast(const std::string& bytes);  // rank 0's

  bool channels_last() const;
  // Address of the last input batch as libtorch saw it, for the test that adoption does not copy.
  uintptr_t last_input_address() const;

 private:
  struct Impl;
  explicit Model(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace saker::autograd
