#include "autograd/loss/teacher.h"

#include <c10/core/GradMode.h>

#include <unordered_map>
#include <utility>
#include <vector>

#include "autograd/error.h"

namespace saker::autograd {
namespace {

at::Tensor PerChannel(const std::vector<float>& values) {
  return at::tensor(at::ArrayRef<float>(values)).view({1, -1, 1, 1});
}

}  // namespace

Teacher::Teacher(const Program& program, DistillConfig config, c10::Device device) : config_(std::move(config)) {
  const auto roles = InitializerRoles(program);
  std::unordered_map<std::string, at::Tensor> weights;
  for (const NamedTensor& t : program.tensors) {
    const auto role = roles.find(t.name);
    if (role == roles.end() || role->second == Role::kConstant) continue;
    at::Tensor value = TensorFromView(t.value).to(device);
    // Pictures come in channels-last memory; with kernels in the same, convolutions need no reordering.
    if (value.dim() == 4) value = value.contiguous(at::MemoryFormat::ChannelsLast);
    weights.emplace(t.name, value);
  }
  executor_ = std::make_unique<Executor>(program, std::move(weights));
  if (!config_.scale.empty()) {
    scale_ = PerChannel(config_.scale).to(device);
    bias_ = PerChannel(config_.bias).to(device);
  }
  if (!config_.classes.empty()) classes_ = at::tensor(at::ArrayRef<int64_t>(config_.classes)).to(device);
}

at::Tensor Teacher::Pixels(const at::Tensor& x) const {
  at::Tensor out = x;
  if (scale_.defined()) out = out * scale_ + bias_;
  if (config_.height > 0 && (out.size(2) != config_.height || out.size(3) != config_.width)) {
    out = at::upsample_bilinear2d(out, {config_.height, config_.width}, false);
  }
  return out;
}

Teacher::Answer Teacher::Run(const at::Tensor& x, int64_t classes, bool sigmoid) {
  c10::AutoGradMode grad(false);
  RunContext run;
  run.train = false;
  std::vector<std::string> wanted = {executor_->outputs().at(0)};
  if (config_.feature_weight > 0) wanted.push_back(config_.teacher_feature);
  const std::vector<at::Tensor> values = executor_->Run(Pixels(x), wanted, run);
  Answer answer;
  if (config_.feature_weight > 0) answer.features = values[1];
  if (config_.alpha <= 0) return answer;
  at::Tensor logits = values[0].flatten(1);
  if (config_.probabilities) {
    const at::Tensor p = logits.clamp(1e-7, 1 - 1e-7);
    logits = sigmoid && logits.size(1) == classes ? p.logit() : p.log();
  }
  if (classes_.defined()) logits = logits.index_select(1, classes_);
  // One logit of a sigmoid is the difference of the two of a softmax.
  if (classes == 1 && logits.size(1) == 2) logits = logits.narrow(1, 1, 1) - logits.narrow(1, 0, 1);
  if (logits.size(1) != classes) {
    ThrowArgument("a teacher of " + std::to_string(logits.size(1)) + " classes for a model of " +
                  std::to_string(classes));
  }
  answer.logits = logits;
  return answer;
}

}  // namespace saker::autograd
