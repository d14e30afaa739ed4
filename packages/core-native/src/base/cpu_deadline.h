// CpuDeadline: a limit on the processor time that one thread gives to one piece of work.
#ifndef SAKER_BASE_CPU_DEADLINE_H_
#define SAKER_BASE_CPU_DEADLINE_H_

#include <cstdint>

namespace saker {

// Processor time, not wall time: what a picture costs must not depend on how busy the machine is.
// Used on the thread that called Start.
class CpuDeadline {
 public:
  // 0: no limit.
  void Start(int64_t limit_ms);
  // Some 200 ns; ask between rows, not between pixels. True from then on.
  bool Passed() const;
  int64_t limit_ms() const { return limit_ms_; }

 private:
  int64_t limit_ms_ = 0;
  int64_t end_ns_ = 0;
};

}  // namespace saker

#endif  // SAKER_BASE_CPU_DEADLINE_H_
