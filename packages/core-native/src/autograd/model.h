// A trainable ONNX graph on libtorch, behind a header without torch. One Model is used by one thread at a time
// (the binding gives each model its own thread); creation may happen on another thread before that.
// Every method returns a Result: a value or a Failure with a registry code.
#ifndef SAKER_AUTOGRAD_MODEL_H_
#define SAKER_AUTOGRAD_MODEL_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "autograd/error.h"
#include "autograd/program.h"
#include "base/dlpack.h"

namespace saker::autograd {

struct ModelOptions {
  int threads = 0;  // intra-op threads of libtorch; 0 = libtorch's default
  enum class ChannelsLast { kAuto, kOn, kOff } channels_last = ChannelsLast::kAuto;
};

struct ParameterInfo {
  std::string name;
  std::vector<int64_t> dims;
  bool trainable = false;
  bool is_buffer = false;  // BatchNormalization running statistics
};

// f32 values with their shape, row-major, owned.
struct HostTensor {
  std::vector<int64_t> dims;
  std::vector<float> data;
};
using HostTensors = std::map<std::string, HostTensor>;

// Owns a DLPack tensor until libtorch takes it over.
class DlpackLease {
 public:
  explicit DlpackLease(DLManagedTensor* tensor) : tensor_(tensor) {}
  ~DlpackLease() {
    if (tensor_ != nullptr) tensor_->deleter(tensor_);
  }
  DlpackLease(const DlpackLease&) = delete;
  DlpackLease& operator=(const DlpackLease&) = delete;
  DLManagedTensor* Take() { return std::exchange(tensor_, nullptr); }

 private:
  DLManagedTensor* tensor_;
};

// The input batch. Exactly one of `data` (f32, `dims` row-major, borrowed for the length of the call) and
// `dlpack` (taken over: its deleter runs when libtorch lets go) is set.
struct BatchInput {
  const float* data = nullptr;
  std::shared_ptr<DlpackLease> dlpack;
  std::vector<int64_t> dims;
  bool nhwc = false;  // dims are N,H,W,C; the graph sees N,C,H,W through a view, without a copy
};

// What a batch is measured against: `data`, or `soft` where that is set.
struct Labels {
  const int32_t* data = nullptr;  // [count], borrowed for the call
  size_t count = 0;
  const float* soft = nullptr;  // [soft_count / N, N] row-major, borrowed for the call
  size_t soft_count = 0;
  const uint8_t* mask = nullptr;  // or null; 0 = leave the item out of loss, count and gradients
  size_t mask_count = 0;
};

struct OptimizerConfig {
  enum class Type { kSgd, kAdam, kAdamW, kRmsProp, kLamb, kLion } type = Type::kSgd;
  double momentum = 0, beta1 = 0.9, beta2 = 0.999, eps = 1e-8;
  double alpha = 0.99;  // kRmsProp: decay of the squared average
  bool nesterov = false, centered = false;
  struct Group {
    std::vector<std::string> params;
    double lr = 0, weight_decay = 0;
    bool clip_adaptive = true;  // whether StepOptions::clip_grad_agc applies
  };
  std::vector<Group> groups;
};

struct StepOptions {
  std::vector<double> lrs;  // one per group; empty = each group's own lr
  double label_smoothing = 0;
  double clip_grad_norm = 0;   // 0 = off; the global norm to clip at
  double clip_grad_value = 0;  // 0 = off; the magnitude to clip every value at
  double clip_grad_agc = 0;    // 0 = off; adaptive clipping's factor
  uint64_t seed = 0, step = 0;  // key of the Dropout masks
  bool train = true;            // lossAndGradients only: BatchNormalization and Dropout mode
};

struct StepResult {
  double loss = 0;  // mean over counted items
  int64_t correct = 0, count = 0;  // correct: greatest logit where the (greatest) target is
  double grad_norm = 0;        // global L2 norm before clipping; trainStep only
  HostTensor probabilities;    // evalStep only: softmax [N,K], every item, also masked ones
  HostTensors gradients;       // lossAndGradients only
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
  // Forward, mean cross-entropy, backward, clip, update. E_TRAIN_DIVERGED leaves weights, statistics and
  // optimiser state as they were.
  Result<StepResult> TrainStep(const BatchInput& input, const Labels& labels, const StepOptions& options);
  Result<StepResult> EvalStep(const BatchInput& input, const Labels& labels, const StepOptions& options);
  // As TrainStep up to backward; returns gradients of trainable weights, changes nothing.
  Result<StepResult> LossAndGradients(const BatchInput& input, const Labels& labels,
                                      const StepOptions& options);
  Result<HostTensors> ReadTensors(const std::vector<std::string>& names) const;  // empty = all
  Result<bool> WriteTensors(const HostTensors& tensors);
  Result<HostTensors> OptimizerState() const;
  Result<bool> LoadOptimizerState(const HostTensors& state);

  bool channels_last() const;
  // Address of the last input batch as libtorch saw it, for the test that adoption does not copy.
  uintptr_t last_input_address() const;

 private:
  struct Impl;
  explicit Model(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Which libtorch is loaded.
struct TorchInfo {
  std::string version, blas;
  int threads = 0;
  bool mkldnn = false, cuda_built = false, cuda_available = false;
};
TorchInfo GetTorchInfo();

}  // namespace saker::autograd

#endif  // SAKER_AUTOGRAD_MODEL_H_
