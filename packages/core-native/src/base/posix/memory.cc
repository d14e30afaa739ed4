#include "base/memory.h"

#include <unistd.h>

namespace saker {

int64_t PhysicalMemoryBytes() {
  const int64_t pages = ::sysconf(_SC_PHYS_PAGES), size = ::sysconf(_SC_PAGESIZE);
  return pages > 0 && size > 0 ? pages * size : INT64_MAX;
}

}  // namespace saker
