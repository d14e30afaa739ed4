# autograd.node: the libtorch addon, and autograd_tests.
# libtorch is looked for in SAKER_TORCH_DIR, then the environment's LIBTORCH (both: a folder with include/ and
# lib/, such as an unpacked libtorch or the `torch` folder of a PyTorch installation), then the system.
# find_package(Torch) is not used: for a CUDA build of PyTorch it insists on a whole CUDA toolkit, although
# this addon calls only ATen and links only torch, torch_cpu and c10.
set(SAKER_TORCH_DIR "$ENV{LIBTORCH}" CACHE PATH "libtorch or PyTorch folder with include/ and lib/")

set(torch_search PATHS /usr /usr/local)
if(SAKER_TORCH_DIR)
  set(torch_search PATHS "${SAKER_TORCH_DIR}" NO_DEFAULT_PATH)
endif()
# The result follows SAKER_TORCH_DIR, so it is looked up anew at every configure.
foreach(variable TORCH_INCLUDE TORCH_API_INCLUDE TORCH_LIB TORCH_CPU_LIB C10_LIB)
  unset(${variable} CACHE)
endforeach()
find_path(TORCH_INCLUDE ATen/ATen.h PATH_SUFFIXES include ${torch_search})
find_path(TORCH_API_INCLUDE torch/version.h
          PATH_SUFFIXES include include/torch/csrc/api/include ${torch_search})
find_library(TORCH_LIB torch PATH_SUFFIXES lib ${torch_search})
find_library(TORCH_CPU_LIB torch_cpu PATH_SUFFIXES lib ${torch_search})
find_library(C10_LIB c10 PATH_SUFFIXES lib ${torch_search})

if(NOT (TORCH_INCLUDE AND TORCH_API_INCLUDE AND TORCH_LIB AND TORCH_CPU_LIB AND C10_LIB))
  if(SAKER_TORCH_DIR)
    message(FATAL_ERROR "no libtorch in ${SAKER_TORCH_DIR} (looked for include/ATen/ATen.h and lib/libtorch.so)")
  endif()
  message(STATUS "libtorch not found: autograd.node is not built (apt-get install libtorch-dev, or set LIBTORCH)")
  return()
endif()

# Newer PyTorch headers refuse to compile below C++20, by an #error in ATen.h.
set(torch_standard cxx_std_17)
file(STRINGS "${TORCH_INCLUDE}/ATen/ATen.h" torch_needs_20 REGEX "error.*C\\+\\+20")
if(torch_needs_20)
  set(torch_standard cxx_std_20)
endif()
message(STATUS "libtorch: ${TORCH_LIB}, headers ${TORCH_INCLUDE} (${torch_standard})")

add_library(saker_torch INTERFACE)
target_include_directories(saker_torch SYSTEM INTERFACE "${TORCH_INCLUDE}" "${TORCH_API_INCLUDE}")
target_link_libraries(saker_torch INTERFACE "${TORCH_LIB}" "${TORCH_CPU_LIB}" "${C10_LIB}" ${CMAKE_DL_LIBS})
target_compile_features(saker_torch INTERFACE ${torch_standard})
if(torch_needs_20)
  # GCC 12 warns of what is inlined from headers: std::string's operator+ of C++20 (GCC bug 105651), c10's SmallVector.
  target_compile_options(saker_torch INTERFACE
    $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict -Wno-maybe-uninitialized>)
endif()

# A CUDA build registers its devices when libtorch_cuda is loaded. No symbol of it is used here, so that a linker that drops
# libraries nobody needs (Ubuntu's default) has to be told to keep it.
unset(TORCH_CUDA_LIB CACHE)
find_library(TORCH_CUDA_LIB torch_cuda PATH_SUFFIXES lib ${torch_search})
if(TORCH_CUDA_LIB)
  message(STATUS "libtorch has CUDA: ${TORCH_CUDA_LIB}")
  target_link_libraries(saker_torch INTERFACE -Wl,--no-as-needed "${TORCH_CUDA_LIB}" -Wl,--as-needed)
endif()

file(GLOB autograd_sources CONFIGURE_DEPENDS ${SRC}/autograd/*.cc ${SRC}/autograd/ops/*.cc
     ${SRC}/autograd/optim/*.cc ${SRC}/autograd/loss/*.cc ${SRC}/autograd/dist/*.cc
     ${SRC}/autograd/ssl/*.cc ${SRC}/autograd/kernels/*.cc)
list(FILTER autograd_sources EXCLUDE REGEX "_(test|bench)\\.cc$")
add_library(saker_autograd STATIC ${autograd_sources})
target_link_libraries(saker_autograd PUBLIC saker_options Threads::Threads PRIVATE saker_torch saker::hwy)

# c10d's Gloo is inside libtorch; its header needs Gloo's own. Debian's libtorch links a shared libgloo.
find_path(GLOO_INCLUDE gloo/algorithm.h HINTS "${TORCH_INCLUDE}")
find_library(GLOO_LIB gloo)
if(GLOO_INCLUDE AND EXISTS "${TORCH_INCLUDE}/torch/csrc/distributed/c10d/ProcessGroupGloo.hpp")
  message(STATUS "Gloo: headers ${GLOO_INCLUDE}")
  set(SAKER_GLOO TRUE)
  target_compile_definitions(saker_autograd PRIVATE SAKER_GLOO)
  target_include_directories(saker_autograd SYSTEM PRIVATE "${GLOO_INCLUDE}")
  if(GLOO_LIB)
    target_link_libraries(saker_autograd PRIVATE "${GLOO_LIB}")
  endif()
else()
  message(STATUS "Gloo: headers not found, runs of several processes are refused (apt-get install libgloo-dev)")
endif()
option(SAKER_NCCL "c10d's NCCL backend (needs a CUDA build of libtorch, and CUDA's and NCCL's headers in CPATH; compiles, never run)" OFF)
if(SAKER_NCCL)
  if(NOT TORCH_CUDA_LIB)
    message(FATAL_ERROR "SAKER_NCCL needs a CUDA build of libtorch: name it in LIBTORCH")
  endif()
  target_compile_definitions(saker_autograd PRIVATE SAKER_NCCL)
endif()

file(GLOB autograd_binding CONFIGURE_DEPENDS ${SRC}/autograd/binding/*.cc)
if(CMAKE_JS_INC)
  include(addon)
  saker_addon(autograd ${autograd_binding})
  target_link_libraries(autograd PRIVATE saker_autograd saker_torch)
  set_target_properties(autograd PROPERTIES BUILD_RPATH_USE_ORIGIN OFF)
endif()

if(SAKER_TESTS)
  find_package(GTest CONFIG QUIET)
  file(GLOB autograd_tests CONFIGURE_DEPENDS ${SRC}/autograd/*_test.cc ${SRC}/autograd/ops/*_test.cc
       ${SRC}/autograd/kernels/*_test.cc ${SRC}/autograd/testing/*.cc)
  if(NOT SAKER_GLOO)
    message(STATUS "The tests of groups of processes are left out: there is no Gloo")
    list(FILTER autograd_tests EXCLUDE REGEX "device_group_test")
  endif()
  if(TARGET GTest::gtest AND autograd_tests)
    enable_testing()
    include(GoogleTest)
    add_executable(autograd_tests EXCLUDE_FROM_ALL ${autograd_tests})
    target_link_libraries(autograd_tests PRIVATE saker_autograd saker_torch GTest::gtest GTest::gtest_main)
    gtest_discover_tests(autograd_tests DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 120)
  endif()
endif()
