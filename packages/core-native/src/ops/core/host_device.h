// SAKER_HOST_DEVICE: marks a function that CUDA kernels call too.
#ifndef SAKER_OPS_CORE_HOST_DEVICE_H_
#define SAKER_OPS_CORE_HOST_DEVICE_H_

#if defined(__CUDACC__)
#define SAKER_HOST_DEVICE __host__ __device__
#else
#define SAKER_HOST_DEVICE
#endif

#endif  // SAKER_OPS_CORE_HOST_DEVICE_H_
