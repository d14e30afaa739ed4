// Operators that take constants beside their data, on a device that is not the CPU: see testing/foreign_device.h.
#include <gtest/gtest.h>

#include <functional>

#include "autograd/testing/foreign_device.h"
#include "autograd/testing/networks.h"
#include "autograd/testing/training.h"

namespace saker::autograd {
namespace {

using testing::Batch;
using testing::ExpectNear;
using testing::Number;
using testing::Numbers;
using testing::ProgramBuilder;
using testing::Text;
using testing::Wave;
using testing::kForeign;

TEST(DeviceOpsTest, OperatorsGiveWhatTheyGiveOnTheCpu) {
  using Build = std::function<void(ProgramBuilder&)>;
  const std::vector<Build> builds = {
      [](ProgramBuilder& b) { b.Op("OneHot", {b.Op("ArgMax", {"x"}, {{"axis", Number(3)}}), b.IntTensor({}, {4}), b.Floats({2}, {-1, 2})}); },
      [](ProgramBuilder& b) { b.Op("Gather", {b.Floats({4, 2}, Wave(8, 1)), b.Op("ArgMin", {"x"}, {{"axis", Number(1)}})}); },
      [](ProgramBuilder& b) { b.Op("NonZero", {b.Op("Greater", {"x", b.Floats({}, {0.3f})})}); },
      [](ProgramBuilder& b) { b.Op("Add", {"x", b.Op("ConstantOfShape", {b.Op("Shape", {"x"})})}); },
      [](ProgramBuilder& b) { b.Op("Mul", {"x", b.Op("Cast", {b.Op("Range", {b.IntTensor({}, {0}), b.Op("Gather", {b.Op("Shape", {"x"}), b.IntTensor({}, {3})}), b.IntTensor({}, {1})})}, {{"to", Number(1)}})}); },
      [](ProgramBuilder& b) { b.Op("MatMul", {"x", b.Op("EyeLike", {b.Op("Reshape", {b.Op("Slice", {"x", b.Ints({0, 0}), b.Ints({1, 1}), b.Ints({0, 1})}), b.Ints({4, 4})})}, {{"k", Number(1)}})}); },
      [](ProgramBuilder& b) { b.Op("Split", {"x", b.Ints({1, 3})}, {{"axis", Number(1)}}, 2); },
      [](ProgramBuilder& b) { b.Op("Tile", {"x", b.Ints({1, 2, 1, 1})}); },
      [](ProgramBuilder& b) { b.Op("LpPool", {"x"}, {{"kernel_shape", Numbers({2, 2})}}); },
      [](ProgramBuilder& b) { b.Op("GlobalLpPool", {"x"}); },
      [](ProgramBuilder& b) { b.Op("GlobalMaxPool", {"x"}); },
      [](ProgramBuilder& b) { b.Op("MaxPool", {"x"}, {{"kernel_shape", Numbers({3, 3})}, {"pads", Numbers({0, 0, 1, 1})}, {"strides", Numbers({2, 2})}}); },
      [](ProgramBuilder& b) { b.Op("ConvTranspose", {"x", b.Weight({4, 2, 3, 3}, 0.5), b.Weight({2}, 0.1)}, {{"strides", Numbers({2, 2})}}); },
      [](ProgramBuilder& b) { b.Op("Mod", {"x", b.Floats({4}, {0.3f, 0.4f, 0.5f, 0.6f})}, {{"fmod", Number(1)}}); },
      [](ProgramBuilder& b) { b.Op("Resize", {"x", "", b.Floats({4}, {1, 1, 1.5f, 2})}, {{"mode", Text("cubic")}}); },
      [](ProgramBuilder& b) { b.Op("DepthToSpace", {"x"}, {{"blocksize", Number(2)}}); },
      [](ProgramBuilder& b) { b.Op("SpaceToDepth", {"x"}, {{"blocksize", Number(2)}}); },
      [](ProgramBuilder& b) { b.Op("Where", {b.Op("And", {b.Op("Less", {"x", b.Floats({4}, {0, 1, 0, 1})}), b.Op("Not", {b.Op("IsNaN", {"x"})})}), "x", b.Floats({4}, {1, 2, 3, 4})}); },
      [](ProgramBuilder& b) { b.Op("MeanVarianceNormalization", {"x"}); },
      [](ProgramBuilder& b) { b.Op("LpNormalization", {"x"}, {{"axis", Number(1)}}); },
      [](ProgramBuilder& b) { b.Op("LayerNormalization", {"x", b.Weight({1}, 0.1, 1)}); },
      [](ProgramBuilder& b) { b.Op("ReduceProd", {"x"}, {{"axes", Numbers({2})}}); },
      [](ProgramBuilder& b) { b.Op("ReduceSum", {"x", b.Ints({1, 3})}); },
      [](ProgramBuilder& b) { b.Op("CastLike", {b.Op("ArgMax", {"x"}), "x"}); },
      [](ProgramBuilder& b) { b.Op("Pow", {b.Floats({4}, {2, 3, 4, 5}), "x"}); },
      [](ProgramBuilder& b) { b.Op("Mean", {b.Floats({4}, {2, 3, 4, 5}), "x", b.Floats({}, {1})}); },
      [](ProgramBuilder& b) { b.Op("ThresholdedRelu", {b.Op("Celu", {b.Op("Selu", {b.Op("Softsign", {"x"})})})}); },
      [](ProgramBuilder& b) { b.Op("Add", {b.Op("BatchNormalization", {"x", b.Weight({4}, .1, 1), b.Weight({4}, .1), b.Weight({4}, .1), b.Weight({4}, .1, 1)}), "x"}); },
  };
  const Batch batch({2, 4, 4, 4}, 3);
  for (const Build& build : builds) {
    std::vector<HostTensors> outputs;
    ProgramBuilder b({-1, 4, 4, 4});
    build(b);
    SCOPED_TRACE(b.program().outputs[0]);
    for (const std::string& device : {std::string("cpu"), std::string(kForeign)}) {
      ModelOptions options;
      options.device = device;
      auto made = Model::Create(b.program(), options);
      ASSERT_TRUE(made.ok()) << made.failure.code << made.failure.params["detail"];
      const auto result = (*made.value)->Forward(batch.input, {}, {});
      ASSERT_TRUE(result.ok()) << device << " " << result.failure.code << " " << result.failure.params.at("detail");
      outputs.push_back(*result.value);
    }
    ExpectNear(outputs[1], outputs[0], "value");
  }
}

}  // namespace
}  // namespace saker::autograd
