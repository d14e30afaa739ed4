// How many processors this process may use.
#ifndef SAKER_BASE_PROCESSORS_H_
#define SAKER_BASE_PROCESSORS_H_

namespace saker {

// At least 1. Honours the affinity mask (taskset, cpusets) where the system has one.
int UsableProcessors();

}  // namespace saker

#endif  // SAKER_BASE_PROCESSORS_H_
