#include "base/cpu_deadline.h"

#include <ctime>

namespace saker {
namespace {

int64_t ThreadCpuNs() {
  timespec now;
  if (::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) != 0) return 0;
  return static_cast<int64_t>(now.tv_sec) * 1000000000 + now.tv_nsec;
}

}  // namespace

void CpuDeadline::Start(int64_t limit_ms) {
  limit_ms_ = limit_ms;
  end_ns_ = limit_ms == 0 ? 0 : ThreadCpuNs() + limit_ms * 1000000;
}

bool CpuDeadline::Passed() const { return limit_ms_ != 0 && ThreadCpuNs() > end_ns_; }

}  // namespace saker
