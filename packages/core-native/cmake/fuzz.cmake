# libFuzzer targets fuzz_<name>: one per decoder (fuzz/<name>_fuzzer.cc) and one for the whole pipeline; and
# make_seeds. Not part of `all`: tools/fuzz asks for them by name. What is linked from the system (libjpeg,
# libspng, libwebp) is not instrumented, our code is.
if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  message(FATAL_ERROR "SAKER_FUZZ needs clang: tools/fuzz configures it")
endif()
# One SIMD target, this machine's best: dispatch is not what is fuzzed, and compiles are five times quicker.
target_compile_definitions(saker_plan PRIVATE HWY_COMPILE_ONLY_STATIC)
target_compile_options(saker_plan PRIVATE -march=native)

set(FUZZ "${CMAKE_CURRENT_SOURCE_DIR}/fuzz")
foreach(name jpeg png webp pnm)
  add_executable(fuzz_${name} EXCLUDE_FROM_ALL ${FUZZ}/${name}_fuzzer.cc ${FUZZ}/decoder_fuzzer.cc)
  target_link_libraries(fuzz_${name} PRIVATE saker_codec)
endforeach()
add_executable(fuzz_pipeline EXCLUDE_FROM_ALL ${FUZZ}/pipeline_fuzzer.cc ${SRC}/testing/draw_program.cc)
target_link_libraries(fuzz_pipeline PRIVATE saker_plan)
foreach(name jpeg png webp pnm pipeline)
  target_include_directories(fuzz_${name} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
endforeach()

add_executable(make_seeds EXCLUDE_FROM_ALL ${FUZZ}/make_seeds.cc)
target_include_directories(make_seeds PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
target_link_libraries(make_seeds PRIVATE saker_codec)
