# The CUDA switch. This version has no device kernels: the switch records whether a compiler was found so
# that capabilities() can say truthfully why CUDA is not built. ENABLE_CUDA=ON is refused rather than ignored.
add_library(saker_features INTERFACE)
if(ENABLE_CUDA STREQUAL "ON")
  message(FATAL_ERROR "ENABLE_CUDA=ON: this version of Saker has no CUDA kernels. Use AUTO or OFF.")
elseif(ENABLE_CUDA STREQUAL "OFF")
  set(cuda_reason "switched off at build time (ENABLE_CUDA=OFF)")
else()
  find_program(NVCC_PROGRAM nvcc HINTS ENV CUDA_HOME ENV CUDA_PATH PATH_SUFFIXES bin)
  if(NVCC_PROGRAM)
    set(cuda_reason "nvcc was found at build time, but this version has no CUDA kernels")
  else()
    set(cuda_reason "nvcc was not found at build time, and this version has no CUDA kernels")
  endif()
endif()
target_compile_definitions(saker_features INTERFACE
  SAKER_CUDA_BUILT=0 "SAKER_CUDA_REASON=\"${cuda_reason}\"" "SAKER_VERSION=\"${PROJECT_VERSION}\"")
message(STATUS "CUDA: ${cuda_reason}")
