// Which loss a model is trained with: plain data, no torch.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace saker::autograd {

struct LossConfig {
  enum class Kind { kCrossEntropy, kBce, kFocal, kAsymmetric } kind = Kind::kCrossEntropy;
  // Each logit is a decision of its own (multi-label, binary); false: one softmax over the classes. kCrossEntropy is
  // never, kBce and kAsymmetric always are.
  bool sigmoid = false;
  // [K], empty = 1: class weights under a softmax, weights of the positive term under sigmoids.
  std::vector<float> weights;
  double gamma = 2;               // kFocal
  double alpha = -1;              // kFocal with sigmoids: weight of positives, 1 - alpha of negatives; < 0 = off
  double gamma_pos = 0, gamma_neg = 4, clip = 0.05;  // kAsymmetric
};

// How a frozen teacher takes part: loss = (1 - alpha) task + alpha logits + feature_weight features.
struct DistillConfig {
  double alpha = 0.5;
  double temperature = 4;
  double feature_weight = 0;
  // Names of values in front of the classifiers; used with feature_weight > 0.
  std::string student_feature, teacher_feature;
  // Pixels as the teacher wants them: x * scale[c] + bias[c], then resized when height > 0.
  std::vector<float> scale, bias;
  int64_t height = 0, width = 0;
  // The teacher's output index of each of the student's classes; empty = the same order.
  std::vector<int64_t> classes;
  // The teacher's graph ends in probabilities.
  bool probabilities = false;
};

}  // namespace saker::autograd
