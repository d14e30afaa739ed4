#include "autograd/gradient_check.h"

#include <c10/core/GradMode.h>

#include <cmath>
#include <unordered_map>

#include "autograd/double_program.h"
#include "autograd/model_impl.h"

namespace saker::autograd {
namespace {

constexpr double kDistance = 1e-5;

double Loss(Executor& executor, const at::Tensor& x, bool train, at::Tensor* loss) {
  RunContext run;
  run.train = train;
  at::Tensor sum = at::zeros({}, at::kDouble);
  double phase = 0;
  for (const at::Tensor& y : executor.Run(x, executor.outputs(), run)) {
    if (!at::isFloatingType(y.scalar_type())) continue;
    const at::Tensor wave = at::sin(at::arange(y.numel(), at::kDouble) * 1.7 + 0.3 + phase++).reshape(y.sizes());
    sum = sum + (y * wave).sum();
  }
  if (loss != nullptr) *loss = sum;
  return sum.item<double>();
}

}  // namespace

Result<std::map<std::string, double>> GradientErrors(const Program& program, const HostTensor& input, bool train) {
  return Guard([&] {
    DoubleProgram wide(program);
    std::map<std::string, at::Tensor> moved;
    std::unordered_map<std::string, at::Tensor> weights;
    const auto roles = InitializerRoles(program);
    for (const NamedTensor& t : wide.program().tensors) {
      const auto role = roles.find(t.name);
      if (role == roles.end() || role->second == Role::kConstant) continue;
      at::Tensor value = TensorFromView(t.value);
      weights.emplace(t.name, value);
      if (role->second == Role::kWeight) moved.emplace(t.name, value.set_requires_grad(true));
    }
    at::Tensor x = FromHost(input, "input").to(at::kDouble).set_requires_grad(true);
    for (const Input& in : program.inputs) {
      if (moved.count(in.name) == 0 && weights.count(in.name) == 0) moved.emplace(in.name, x);
    }
    Executor executor(wide.program(), std::move(weights));
    at::Tensor loss;
    {
      c10::AutoGradMode grad(true);
      Loss(executor, x, train, &loss);
      if (loss.requires_grad()) loss.backward();
    }
    c10::AutoGradMode no_grad(false);
    std::map<std::string, double> errors;
    for (auto& [name, tensor] : moved) {
      const at::Tensor got = tensor.grad().defined() ? tensor.grad().contiguous() : at::zeros_like(tensor);
      double* p = tensor.data_ptr<double>();
      double worst = 0;
      for (int64_t i = 0; i < tensor.numel(); ++i) {
        const double kept = p[i];
        p[i] = kept + kDistance;
        const double up = Loss(executor, x, train, nullptr);
        p[i] = kept - kDistance;
        const double down = Loss(executor, x, train, nullptr);
        p[i] = kept;
        worst = std::max(worst, std::abs(got.data_ptr<double>()[i] - (up - down) / (2 * kDistance)));
      }
      const double scale = got.numel() > 0 ? got.abs().max().item<double>() : 0;
      errors[name] = scale > 0 ? worst / scale : worst;
    }
    return errors;
  });
}

}  // namespace saker::autograd
