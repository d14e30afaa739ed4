// How much memory the machine has.
#ifndef SAKER_BASE_MEMORY_H_
#define SAKER_BASE_MEMORY_H_

#include <cstdint>

namespace saker {

// Bytes of physical memory; INT64_MAX where the system does not tell.
int64_t PhysicalMemoryBytes();

}  // namespace saker

#endif  // SAKER_BASE_MEMORY_H_
