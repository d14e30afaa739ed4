# The CUDA switch. AUTO builds the device kernels where nvcc is found, ON insists on them, OFF leaves them out.
# The result is SAKER_CUDA (TRUE or FALSE) and, for capabilities(), why not.
# nvcc is looked for on PATH and in CUDA_HOME, CUDA_PATH, CUDACXX and /usr/local/cuda.
#
# The CUDA runtime is linked statically: it opens the driver when it is first called, so the addon loads on a
# machine without one. Nothing else of CUDA is linked.
set(SAKER_CUDA_ARCHITECTURES "80-real;90" CACHE STRING "Machine code for these, PTX for what has no -real")

set(SAKER_CUDA FALSE)
if(ENABLE_CUDA STREQUAL "OFF")
  set(cuda_reason "switched off at build time (ENABLE_CUDA=OFF)")
else()
  find_program(NVCC_PROGRAM nvcc HINTS ENV CUDA_HOME ENV CUDA_PATH PATHS /usr/local/cuda PATH_SUFFIXES bin)
  if(DEFINED ENV{CUDACXX} AND EXISTS "$ENV{CUDACXX}")
    set(NVCC_PROGRAM "$ENV{CUDACXX}")
  endif()
  if(NVCC_PROGRAM)
    set(SAKER_CUDA TRUE)
  elseif(ENABLE_CUDA STREQUAL "ON")
    message(FATAL_ERROR "ENABLE_CUDA=ON, and nvcc was not found on PATH nor in CUDA_HOME, CUDA_PATH or "
                        "/usr/local/cuda. Install the CUDA toolkit, name nvcc in CUDACXX, or use AUTO or OFF.")
  else()
    set(cuda_reason "nvcc was not found at build time")
  endif()
endif()

if(SAKER_CUDA)
  set(CMAKE_CUDA_COMPILER "${NVCC_PROGRAM}" CACHE FILEPATH "CUDA compiler" FORCE)
  set(CMAKE_CUDA_ARCHITECTURES "${SAKER_CUDA_ARCHITECTURES}")
  set(CMAKE_CUDA_RUNTIME_LIBRARY Static)
  if(CCACHE_PROGRAM AND NOT CMAKE_CUDA_COMPILER_LAUNCHER)
    set(CMAKE_CUDA_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
  endif()
  enable_language(CUDA)
  find_package(CUDAToolkit REQUIRED)
  set(CMAKE_CUDA_STANDARD 17)
  set(CMAKE_CUDA_STANDARD_REQUIRED ON)
  set(CMAKE_CUDA_VISIBILITY_PRESET hidden)
  set(CMAKE_CUDA_FLAGS_RELEASE "-O3 -DNDEBUG")
  set(cuda_reason "")
  # No contraction and no fast-math: base/host_device.h says why. Relaxed constexpr is for std::array's operator[].
  target_compile_options(saker_options INTERFACE
    $<$<COMPILE_LANGUAGE:CUDA>:--fmad=false --prec-div=true --prec-sqrt=true --ftz=false
      --expt-relaxed-constexpr --Werror=all-warnings -Xcompiler=-Wall,-Wextra,-ffp-contract=off>)
  message(STATUS "CUDA: ${CMAKE_CUDA_COMPILER} ${CMAKE_CUDA_COMPILER_VERSION}, ${CMAKE_CUDA_ARCHITECTURES}")
else()
  message(STATUS "CUDA: ${cuda_reason}")
endif()

add_library(saker_features INTERFACE)
target_compile_definitions(saker_features INTERFACE "SAKER_VERSION=\"${PROJECT_VERSION}\"")

# The reason is compiled into the layer that answers for it (pipeline/cuda/absent.cc).
add_library(saker_cuda_options INTERFACE)
target_compile_definitions(saker_cuda_options INTERFACE "SAKER_CUDA_REASON=\"${cuda_reason}\"")
if(SAKER_CUDA)
  target_link_libraries(saker_cuda_options INTERFACE CUDA::cudart_static ${CMAKE_DL_LIBS})
endif()
