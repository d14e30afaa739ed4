// Pipelines drawn from bytes, for the twin tests and the pipeline's fuzz target.
#ifndef SAKER_TESTING_DRAW_PROGRAM_H_
#define SAKER_TESTING_DRAW_PROGRAM_H_

#include <cstddef>
#include <cstdint>

#include "base/span.h"
#include "plan/plan.h"
#include "plan/program.h"

namespace saker {
namespace testing_support {

// Numbers from a run of bytes; zeros behind its end.
class ByteDraw {
 public:
  explicit ByteDraw(Bytes bytes) : bytes_(bytes) {}

  uint8_t Byte() { return at_ < bytes_.size() ? bytes_[at_++] : 0; }
  // 0..n-1; n is at most 65536.
  int Below(int n);
  // lo..hi, both reached.
  double Between(double lo, double hi);
  bool done() const { return at_ >= bytes_.size(); }

 private:
  Bytes bytes_;
  size_t at_ = 0;
};

// A program of up to six ops of any kind, each with parameters inside its declared ranges, sizes
// small. Not compiled: CompileProgram may refuse it.
PipelineProgram DrawProgram(ByteDraw* draw);

SampleKey DrawKey(ByteDraw* draw);

}  // namespace testing_support
}  // namespace saker

#endif  // SAKER_TESTING_DRAW_PROGRAM_H_
