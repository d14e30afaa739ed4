# One interface target carries the language level, warnings and sanitizers of our own code.
# No precompiled header for ATen: GCC's differs by bits each time it is made (260 MB), so that ccache would never hit
# what includes it, and a rebuild from the cache takes seconds.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O3 -DNDEBUG")
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

find_package(Threads REQUIRED)

add_library(saker_options INTERFACE)
target_compile_features(saker_options INTERFACE cxx_std_17)
target_include_directories(saker_options INTERFACE "${CMAKE_CURRENT_SOURCE_DIR}/src")
# Contraction is off so that the scalar code gives the same bits whatever the optimiser fuses;
# Highway code asks for MulAdd by name.
target_compile_options(saker_options INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Werror -ffp-contract=off>
  $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wshadow=local>)
if(SAKER_SANITIZE)
  # GCC inlines the counting operator new of the tests otherwise then, and takes its free for a mistake.
  target_compile_options(saker_options INTERFACE
    $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-mismatched-new-delete>)
  target_compile_options(saker_options INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-fsanitize=${SAKER_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g>)
  target_link_options(saker_options INTERFACE -fsanitize=${SAKER_SANITIZE})
endif()
if(SAKER_FUZZ)
  target_compile_options(saker_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
