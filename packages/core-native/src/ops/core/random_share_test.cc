#include <gtest/gtest.h>

#include <vector>

#include "testing/run_program.h"

namespace saker {
namespace {

using namespace testing_support;  // NOLINT: the helper of these tests

template <class Params>
int Applied(Params params, double p) {
  params.p = p;
  int count = 0;
  for (uint32_t id = 0; id < 4000; ++id) {
    count += static_cast<int>(
        PlanFor(BytesProgram({params}), NoisePicture(2, 2), {1, 0, id}).steps.size());
  }
  return count;
}

template <class Params>
void ExpectShare() {
  SCOPED_TRACE(Params::kName);
  EXPECT_EQ(Applied(Params(), 0), 0);
  EXPECT_EQ(Applied(Params(), 1), 4000);
  // 1000 expected, standard deviation 27.
  EXPECT_NEAR(Applied(Params(), 0.25), 1000, 5 * 27);
}

TEST(RandomColourOps, ApplyToAShareOfPOfThePictures) {
  ExpectShare<RandomInvertParams>();
  ExpectShare<RandomGrayscaleParams>();
  ExpectShare<RandomPosterizeParams>();
  ExpectShare<RandomSolarizeParams>();
  ExpectShare<RandomAutocontrastParams>();
  ExpectShare<RandomEqualizeParams>();
  ExpectShare<RandomAdjustSharpnessParams>();
}

}  // namespace
}  // namespace saker
