#include "base/cpu_deadline.h"

#include <ctime>

#include "base/clock.h"

namespace saker {
namespace {

constexpr int64_t kNsPerMs = 1000000;

int64_t ThreadCpuNs() {
  timespec now;
  if (::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) != 0) return 0;
  return static_cast<int64_t>(now.tv_sec) * 1000000000 + now.tv_nsec;
}

}  // namespace

void CpuDeadline::Start(int64_t limit_ms) {
  limit_ms_ = limit_ms;
  if (limit_ms == 0) return;
  wall_end_ns_ = NowNs() + limit_ms * kNsPerMs;
  cpu_end_ns_ = ThreadCpuNs() + limit_ms * kNsPerMs;
}

bool CpuDeadline::Passed() const {
  return limit_ms_ != 0 && NowNs() > wall_end_ns_ && ThreadCpuNs() > cpu_end_ns_;
}

}  // namespace saker
