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
  // Ask between rows, not between pixels. A thread gets no more processor time than there is wall
  // time, so the clock that costs a system call (some 500 ns) is read only after the limit has
  // passed on the one that does not (some 25 ns). True from then on.
  bool Passed() const;
  int64_t limit_ms() const { return limit_ms_; }

 private:
  int64_t limit_ms_ = 0;
  int64_t wall_end_ns_ = 0;
  int64_t cpu_end_ns_ = 0;
};

}  // namespace saker

#endif  // SAKER_BASE_CPU_DEADLINE_H_
