// What tests that train share: an optimiser for all weights, batches, and the comparison of what came of them.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "autograd/model.h"
#include "autograd/testing/program_builder.h"

namespace saker::autograd::testing {

template <typename T>
T Must(Result<T> result) {
  if (!result.ok()) {
    std::string text = result.failure.code;
    for (const auto& [key, value] : result.failure.params) text += " " + key + "=" + value;
    throw std::runtime_error(text);
  }
  return std::move(*result.value);
}

inline OptimizerConfig Optimise(const Model& model, OptimizerConfig::Type type) {
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

// A model of `network` under SGD.
inline std::shared_ptr<Model> UnderSgd(const ProgramBuilder& network, const ModelOptions& options) {
  auto model = Must(Model::Create(network.program(), options));
  Must(model->ConfigureOptimizer(Optimise(*model, OptimizerConfig::Type::kSgd)));
  return model;
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
    pixels = Wave(count, 0.1 + static_cast<double>(step));
    for (int64_t i = 0; i < dims[0]; ++i) labels.push_back(static_cast<int32_t>((i + step) % 4));
    input.data = pixels.data();
    input.dims = std::move(dims);
    wanted.data = labels.data();
    wanted.count = labels.size();
  }
};

// Equal up to a few roundings of f32, of values as large as the tensor's.
inline void ExpectNear(const HostTensors& got, const HostTensors& want, const std::string& what) {
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

}  // namespace saker::autograd::testing
