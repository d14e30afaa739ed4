// Convolutions that run in Winograd's form, seen from the autograd graph: against at::convolution in f64.
#include "autograd/ops/conv_winograd.h"

#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

namespace saker::autograd {
namespace {

constexpr auto kLast = at::MemoryFormat::ChannelsLast;

at::Tensor Values(at::IntArrayRef sizes, double phase) {
  const at::Tensor t = at::arange(c10::multiply_integers(sizes), at::kDouble);
  at::Tensor v = ((t * 1.7 + phase).sin() + (t * t * 0.013).cos()).reshape(sizes).to(at::kFloat);
  return sizes.size() == 4 ? v.contiguous(kLast) : v;
}

double Error(const at::Tensor& got, const at::Tensor& want) {
  return ((got.to(at::kDouble) - want).norm() / want.norm()).item<double>();
}

// With 64 channels and one picture, 24 pixels a side pay for the weight gradient alone, 100 for all passes.
TEST(ConvWinogradTest, ResultAndGradientsEqualAtenInF64) {
  for (const int64_t side : {24, 100}) {
    for (const bool with_bias : {false, true}) {
      SCOPED_TRACE(testing::Message() << side << " pixels, bias " << with_bias);
      const at::Tensor x = Values({1, 64, side, side}, 0).set_requires_grad(true);
      const at::Tensor w = Values({80, 64, 3, 3}, 1).set_requires_grad(true);
      const at::Tensor b = with_bias ? Values({80}, 2).set_requires_grad(true) : at::Tensor();
      const at::Tensor y = ConvWinograd(x, w, b, 1, 0);
      ASSERT_TRUE(y.defined());
      EXPECT_TRUE(y.is_contiguous(kLast));
      const at::Tensor dy = Values(y.sizes(), 3);
      y.backward(dy);
      const auto wide = [](const at::Tensor& t) { return t.detach().to(at::kDouble).set_requires_grad(true); };
      const at::Tensor x64 = wide(x), w64 = wide(w), b64 = with_bias ? wide(b) : at::Tensor();
      const at::Tensor want = at::convolution(x64, w64, b64, {1, 1}, {1, 0}, {1, 1}, false, {0, 0}, 1);
      want.backward(dy.to(at::kDouble));
      EXPECT_LT(Error(y.detach(), want.detach()), 3e-6);
      EXPECT_LT(Error(x.grad(), x64.grad()), 3e-6);
      EXPECT_LT(Error(w.grad(), w64.grad()), 3e-6);
      if (with_bias) {
        EXPECT_LT(Error(b.grad(), b64.grad()), 3e-6);
      }
      EXPECT_TRUE(w.grad().is_contiguous(kLast));
    }
  }
}

TEST(ConvWinogradTest, MakesOnlyTheGradientsThatAreWanted) {
  const at::Tensor x = Values({1, 64, 100, 100}, 0), w = Values({64, 64, 3, 3}, 1).set_requires_grad(true);
  const at::Tensor frozen = Values({64}, 2);
  ConvWinograd(x, w, frozen, 1, 1).sum().backward();
  EXPECT_TRUE(w.grad().defined());
  EXPECT_FALSE(x.grad().defined() || frozen.grad().defined());
  const at::Tensor first = Values({1, 64, 100, 100}, 0).set_requires_grad(true), fixed = Values({64, 64, 3, 3}, 1);
  ConvWinograd(first, fixed, frozen, 1, 1).sum().backward();
  EXPECT_TRUE(first.grad().defined());
  EXPECT_FALSE(fixed.grad().defined());
}

TEST(ConvWinogradTest, LeavesTheRestToAten) {
  const at::Tensor x = Values({1, 64, 100, 100}, 0), w = Values({64, 64, 3, 3}, 1), none;
  EXPECT_TRUE(ConvWinograd(x, w, none, 1, 1).defined());
  EXPECT_FALSE(ConvWinograd(x.to(at::kDouble), w.to(at::kDouble), none, 1, 1).defined());
  EXPECT_FALSE(ConvWinograd(x.contiguous(), w, none, 1, 1).defined());
  EXPECT_FALSE(ConvWinograd(x, w.contiguous(), none, 1, 1).defined());
  EXPECT_FALSE(ConvWinograd(x.to(at::kBFloat16), w.to(at::kBFloat16), none, 1, 1).defined());
  EXPECT_FALSE(ConvWinograd(x, Values({64, 64, 5, 5}, 1), none, 1, 1).defined());
  EXPECT_FALSE(ConvWinograd(x, w, none, 3, 3).defined());
  EXPECT_FALSE(ConvWinograd(Values({1, 64, 8, 8}, 0), w, none, 1, 1).defined());  // too few tiles to pay
}

}  // namespace
}  // namespace saker::autograd
