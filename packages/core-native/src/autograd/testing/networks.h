// Programs that between them use what real networks do: residual blocks, squeeze and excitation, attention.
#pragma once

#include "autograd/testing/program_builder.h"

namespace saker::autograd::testing {

// Logits of 4 classes.
inline void Classify(ProgramBuilder& b, const std::string& features, int64_t width) {
  b.Op("Gemm", {features, b.Weight({4, width}, 0.5), b.Weight({4}, 0.1)}, {{"transB", Number(1)}});
}

// Two residual blocks of BatchNormalization, Add and Relu between a MaxPool and a global pool.
inline ProgramBuilder ResidualNet() {
  ProgramBuilder b({-1, 3, 12, 12});
  std::string y = b.Op("Relu", {b.BatchNorm(b.Conv("x", 3, 8, 3), 8)});
  y = b.Op("MaxPool", {y}, {{"kernel_shape", Numbers({3, 3})}, {"strides", Numbers({2, 2})}, {"pads", Numbers({1, 1, 1, 1})}});
  const std::string inner = b.Op("Relu", {b.BatchNorm(b.Conv(y, 8, 8, 3), 8)});
  y = b.Op("Relu", {b.Op("Add", {b.BatchNorm(b.Conv(inner, 8, 8, 3), 8), y})});
  const std::string shortcut = b.BatchNorm(b.Conv(y, 8, 16, 1, 2), 16);
  y = b.Op("Relu", {b.Op("Add", {b.BatchNorm(b.Conv(y, 8, 16, 3, 2), 16), shortcut})});
  Classify(b, b.Op("Flatten", {b.Op("GlobalAveragePool", {y})}), 16);
  return b;
}

// Clip and HardSwish, squeeze and excitation, Dropout, and a Reshape whose shape is computed from the batch's.
inline ProgramBuilder SqueezeNet() {
  ProgramBuilder b({-1, 3, 12, 12});
  std::string y = b.Op("Clip", {b.BatchNorm(b.Conv("x", 3, 8, 3, 2), 8), b.Floats({}, {0}), b.Floats({}, {6})});
  std::string gate = b.Op("Relu", {b.Op("Conv", {b.Op("GlobalAveragePool", {y}), b.Weight({4, 8, 1, 1}, 0.5), b.Weight({4}, 0.1, 0.5)})});
  gate = b.Op("HardSigmoid", {b.Op("Conv", {gate, b.Weight({8, 4, 1, 1}, 0.5), b.Weight({8}, 0.1)})});
  y = b.Op("HardSwish", {b.Op("Mul", {y, gate})});
  y = b.Op("AveragePool", {y}, {{"kernel_shape", Numbers({3, 3})}, {"strides", Numbers({2, 2})}, {"pads", Numbers({0, 1, 1, 0})}});
  const std::string batch = b.Op("Slice", {b.Op("Shape", {y}), b.Ints({0}), b.Ints({1})});
  y = b.Op("Reshape", {y, b.Op("Concat", {batch, b.Ints({-1})}, {{"axis", Number(0)}})});
  y = b.Op("Dropout", {y, b.Floats({}, {0.25f})});
  Classify(b, y, 72);
  return b;
}

// Patches, a class token, one block of attention and one of two layers, a masked softmax and a table of positions.
inline ProgramBuilder AttentionNet() {
  ProgramBuilder b({-1, 3, 12, 12});
  const auto permute = [&](const std::string& v, std::vector<double> to) { return b.Op("Transpose", {v}, {{"perm", Numbers(std::move(to))}}); };
  const auto norm = [&](const std::string& v) { return b.Op("LayerNormalization", {v, b.Weight({8}, 0.1, 1), b.Weight({8}, 0.1)}); };
  const auto linear = [&](const std::string& v, int64_t in, int64_t out) {
    return b.Op("Add", {b.Op("MatMul", {v, b.Weight({in, out}, 0.4)}), b.Weight({out}, 0.1)});
  };
  std::string y = b.Op("Conv", {"x", b.Weight({8, 3, 4, 4}, 0.2), b.Weight({8}, 0.1)}, {{"strides", Numbers({4, 4})}});
  const std::string batch = b.Op("Gather", {b.Op("Shape", {y}), b.IntTensor({}, {0})}, {{"axis", Number(0)}});
  const std::string rows = b.Op("Unsqueeze", {batch, b.Ints({0})});
  y = permute(b.Op("Reshape", {y, b.Op("Concat", {rows, b.Ints({8, -1})}, {{"axis", Number(0)}})}), {0, 2, 1});
  const std::string token = b.Op("Expand", {b.Weight({1, 1, 8}, 0.3), b.Op("Concat", {rows, b.Ints({1, 1})}, {{"axis", Number(0)}})});
  y = b.Op("Add", {b.Op("Concat", {token, y}, {{"axis", Number(1)}}), b.Weight({1, 10, 8}, 0.3)});
  std::string qkv = b.Op("Reshape", {linear(norm(y), 8, 24), b.Ints({0, 10, 3, 2, 4})});
  qkv = permute(qkv, {2, 0, 3, 1, 4});
  const auto part = [&](int64_t i) { return b.Op("Gather", {qkv, b.IntTensor({}, {i})}, {{"axis", Number(0)}}); };
  const std::string q = part(0), k = part(1), v = part(2);
  std::string scores = b.Op("MatMul", {b.Op("Mul", {q, b.Floats({}, {0.5f})}), permute(k, {0, 1, 3, 2})});
  std::vector<int64_t> places;
  std::vector<float> mask(100, 0.f);
  for (int64_t i = 0; i < 100; ++i) places.push_back((i * 7) % 13);
  mask[13] = -100;
  const std::string bias = b.Op("Reshape", {b.Op("Gather", {b.Weight({13, 2}, 0.5), b.Ints(places)}), b.Ints({10, 10, 2})});
  scores = b.Op("Add", {b.Op("Add", {scores, permute(bias, {2, 0, 1})}), b.Floats({10, 10}, mask)});
  std::string mixed = permute(b.Op("MatMul", {b.Op("Softmax", {scores}), v}), {0, 2, 1, 3});
  mixed = b.Op("Reshape", {mixed, b.Ints({0, 0, 8})});
  y = b.Op("Add", {y, linear(mixed, 8, 8)});
  const std::string hidden = linear(norm(y), 8, 16);
  // GELU as exporters spell it before opset 20.
  const std::string erf = b.Op("Erf", {b.Op("Div", {hidden, b.Floats({}, {1.41421356f})})});
  const std::string gelu = b.Op("Mul", {b.Op("Mul", {hidden, b.Op("Add", {erf, b.Floats({1}, {1.f})})}), b.Floats({}, {0.5f})});
  y = norm(b.Op("Add", {y, linear(gelu, 16, 8)}));
  Classify(b, b.Op("Gather", {y, b.IntTensor({}, {0})}, {{"axis", Number(1)}}), 8);
  return b;
}

// Operators that take constants, indices and tables beside their data, one after the other.
inline ProgramBuilder IndexNet() {
  ProgramBuilder b({-1, 4, 6, 6});
  std::string y = b.Op("Pad", {"x", b.Ints({0, 0, 1, 1, 0, 0, 1, 1})}, {{"mode", Text("reflect")}});
  y = b.Op("Conv", {y, b.Weight({4, 4, 3, 3}, 0.3), b.Weight({4}, 0.1)});
  y = b.Op("Slice", {y, b.Ints({-1}), b.Ints({-100}), b.Ints({3}), b.Ints({-1})});
  y = b.Op("Resize", {y, "", b.Floats({4}, {1, 1, 2, 2})}, {{"mode", Text("linear")}});
  y = b.Op("Resize", {y, "", "", b.Ints({2, 4, 6, 6})}, {{"mode", Text("nearest")}});
  y = b.Op("PRelu", {y, b.Weight({4, 1, 1}, 0.1, 0.2)});
  y = b.Op("InstanceNormalization", {y, b.Weight({4}, 0.1, 1), b.Weight({4}, 0.1)});
  y = b.Op("GroupNormalization", {y, b.Weight({2}, 0.1, 1), b.Weight({2}, 0.1)}, {{"num_groups", Number(2)}});
  y = b.Op("LRN", {y}, {{"size", Number(3)}});
  y = b.Op("Where", {b.Bools({1, 1, 1, 6}, {1, 0, 1, 1, 0, 1}), y, b.Floats({}, {0.25f})});
  y = b.Op("Mul", {y, b.Op("Pow", {b.Op("Abs", {y}), b.Floats({6}, {1, 2, 1, 2, 1, 2})})});
  y = b.Op("Max", {y, b.Floats({6}, {-1, -.5f, 0, -.5f, -1, 0}), b.Floats({1}, {-.75f})});
  y = b.Op("Gather", {y, b.Ints({3, 1, 0, -1})}, {{"axis", Number(1)}});
  y = b.Op("CumSum", {y, b.IntTensor({}, {2})});
  y = b.Op("Mul", {y, b.Op("Trilu", {b.Floats({6, 6}, std::vector<float>(36, 0.5f))})});
  y = b.Op("Reshape", {y, b.Ints({0, -1})});
  y = b.Op("Concat", {y, b.Op("Expand", {b.Floats({1, 2}, {0.5f, 1.f}), b.Ints({2, 2})})}, {{"axis", Number(1)}});
  std::vector<int64_t> picked;
  for (int64_t i = 0; i < 32; ++i) picked.push_back((i * 37) % 146);
  y = b.Op("GatherElements", {y, b.IntTensor({2, 16}, picked)}, {{"axis", Number(1)}});
  y = b.Op("ScatterND", {y, b.IntTensor({1, 2}, {0, 3}), b.Floats({1}, {0.5f})});
  y = b.Op("ScatterElements", {y, b.IntTensor({1, 1}, {2}), b.Floats({1, 1}, {0.25f})}, {{"axis", Number(1)}});
  y = b.Op("GatherND", {y, b.IntTensor({2, 1}, {1, 0})});
  y = b.Op("TopK", {y, b.Ints({8})});
  y = b.Op("Div", {b.Op("Sub", {y, b.Op("ReduceMean", {y}, {{"axes", Numbers({1})}})}),
                   b.Op("Add", {b.Op("ReduceL2", {y}, {{"axes", Numbers({1})}}), b.Floats({}, {0.1f})})});
  y = b.Op("Einsum", {y, b.Weight({8, 8}, 0.4)}, {{"equation", Text("ni,ij->nj")}});
  // The number of elements, from a shape, beside data.
  y = b.Op("Mul", {y, b.Op("Sqrt", {b.Op("Cast", {b.Op("Size", {y})}, {{"to", Number(1)}})})});
  Classify(b, y, 8);
  return b;
}

}  // namespace saker::autograd::testing
