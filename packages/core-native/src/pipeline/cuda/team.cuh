// A team: the threads of one block, as a kernel's body sees them.
//
// A body is a sequence of phases, team.Run(f), each of which calls f(thread, local) for every
// thread of the team and ends in a barrier; `local` is the thread's own memory, kept between phases
// (registers on a device). DeviceTeam is the block that runs; HostTeam runs the phases as loops, so
// that a test executes the very bodies on a machine without a GPU, tile borders, chunks and
// gathered sums included.
#ifndef SAKER_PIPELINE_CUDA_TEAM_CUH_
#define SAKER_PIPELINE_CUDA_TEAM_CUH_

// The body of a kernel: for the device under nvcc, for the host elsewhere.
#if defined(__CUDACC__)
#define SAKER_TEAM __device__ __forceinline__
#else
#define SAKER_TEAM inline
#endif

namespace saker {
namespace device {

inline constexpr int kTeamSize = 256;

#if defined(__CUDACC__)

template <class Local>
struct DeviceTeam {
  Local local;

  template <class F>
  __device__ __forceinline__ void Run(F&& f) {
    f(static_cast<int>(threadIdx.x), local);
    __syncthreads();
  }
  // Sums of integers: the same whatever the order.
  template <class T>
  static __device__ __forceinline__ void Add(T* to, T value) {
    atomicAdd(to, value);
  }
};

#else

template <class Local>
struct HostTeam {
  Local locals[kTeamSize];

  template <class F>
  void Run(F&& f) {
    for (int thread = 0; thread < kTeamSize; ++thread) f(thread, locals[thread]);
  }
  template <class T>
  static void Add(T* to, T value) {
    *to += value;
  }
};

#endif

}  // namespace device
}  // namespace saker

#endif  // SAKER_PIPELINE_CUDA_TEAM_CUH_
