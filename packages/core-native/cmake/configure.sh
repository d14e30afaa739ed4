# Sourced by build-native and test-native, from the package folder: sets build_dir and jobs, and defines
# `configure`, which runs cmake-js only when the build folder was never configured or arguments are given.
build_dir="${SAKER_BUILD_DIR:-build}"
jobs="${SAKER_JOBS:-$(getconf _NPROCESSORS_ONLN)}"

configure() {
  if [[ $# -eq 0 && -f "$build_dir/build.ninja" ]]; then return; fi
  if [[ $# -eq 0 && -f "$build_dir/Makefile" ]]; then return; fi
  local cmake_js generator=()
  cmake_js="$(node -p "require.resolve('cmake-js/bin/cmake-js')")"
  if command -v ninja >/dev/null; then generator=(--generator Ninja); fi
  node "$cmake_js" configure --out "$build_dir" "${generator[@]}" "$@"
}
