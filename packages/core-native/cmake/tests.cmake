# core_tests: every *_test.cc beside the code it tests, in one GoogleTest binary, one ctest test per case.
# Not part of `all`: cmake/test-native asks for it by name.
find_package(GTest CONFIG QUIET)
if(NOT TARGET GTest::gtest)
  message(STATUS "GoogleTest not found: core_tests is not defined (apt-get install libgtest-dev)")
  return()
endif()
enable_testing()
include(GoogleTest)
file(GLOB test_sources CONFIGURE_DEPENDS ${SRC}/base/*_test.cc ${SRC}/codec/*_test.cc ${SRC}/codec/jpeg_fast/*_test.cc
     ${SRC}/ops/*/*_test.cc ${SRC}/plan/*_test.cc ${SRC}/pipeline/*_test.cc ${SRC}/batch/*_test.cc
     ${SRC}/testing/*_test.cc
     ${SRC}/loader/*_test.cc ${SRC}/pipeline/cuda/*_test.cc)
if(SAKER_CUDA)
  # On a machine without a device they skip, with a message.
  file(GLOB cuda_test_sources CONFIGURE_DEPENDS ${SRC}/pipeline/cuda/runtime/*_test.cc)
  list(APPEND test_sources ${cuda_test_sources})
endif()
if(test_sources)
  # Test helpers live in src/testing; they are linked into the tests only.
  file(GLOB testing_sources CONFIGURE_DEPENDS ${SRC}/testing/*.cc)
  list(FILTER testing_sources EXCLUDE REGEX "_(test|bench)\\.cc$")
  add_executable(core_tests EXCLUDE_FROM_ALL ${test_sources} ${testing_sources})
  target_link_libraries(core_tests PRIVATE saker_loader GTest::gtest GTest::gtest_main)
  # Where the real photos may stand beside the clone; __FILE__ is a relative path under ccache.
  set_source_files_properties(${SRC}/codec/jpeg_fast/jpeg_fast_test.cc PROPERTIES
    COMPILE_DEFINITIONS "SAKER_PACKAGE_DIR=\"${CMAKE_CURRENT_SOURCE_DIR}\"")
  gtest_discover_tests(core_tests DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 120)
endif()
