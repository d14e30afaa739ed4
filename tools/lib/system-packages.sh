# Sourced by tools/setup: which Debian/Ubuntu packages are missing, and installing them.
# One need a line: alternatives separated by |, the first one known to apt is taken.
build_needs=(
  'cmake' 'ninja-build' 'g++' 'pkg-config'
  'libturbojpeg0-dev' 'libjpeg62-turbo-dev|libjpeg-turbo8-dev' 'libspng-dev' 'libwebp-dev' 'libhwy-dev'
  'libgtest-dev' 'libgmock-dev|googletest' 'protobuf-compiler'
)
# Training needs libtorch, and libtorch without OpenBLAS multiplies matrices with the reference BLAS.
torch_needs=('libtorch-dev' 'libgloo-dev' 'libopenblas0-pthread|libopenblas0')

# The page of saker serve is tested in a browser.
test_needs=('chromium' 'fonts-dejavu-core')

installed() { [[ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" == installed ]]; }

# missing_needs NEED...: prints the needs of which no alternative is installed.
missing_needs() {
  local need name
  for need in "$@"; do
    local found=no
    for name in ${need//|/ }; do if installed "$name"; then found=yes; fi; done
    if [[ $found == no ]]; then printf '%s\n' "$need"; fi
  done
}

# candidate NEED: the first alternative that apt can install, or nothing.
candidate() {
  local name version
  for name in ${1//|/ }; do
    version="$(LC_ALL=C apt-cache policy "$name" 2>/dev/null | sed -n 's/^ *Candidate: //p')"
    if [[ -n "$version" && "$version" != '(none)' ]]; then printf '%s\n' "$name"; return; fi
  done
}

# as_root COMMAND...: runs it as root, or returns 1 when that needs a password.
as_root() {
  if [[ $EUID -eq 0 ]]; then "$@"; return; fi
  sudo -n "$@"
}

can_install() {
  command -v apt-get >/dev/null || return 1
  [[ $EUID -eq 0 ]] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }
}

# resolve NEED...: sets `packages` (installable names) and `unknown` (needs that apt does not know).
resolve() {
  packages=() unknown=()
  local need name
  for need in "$@"; do
    name="$(candidate "$need")"
    if [[ -n "$name" ]]; then packages+=("$name"); else unknown+=("$need"); fi
  done
}

# install_needs LOG NEED...: installs them; asks for new package lists only when a name is not known yet.
install_needs() {
  local log="$1"
  shift
  resolve "$@"
  if [[ ${#unknown[@]} -gt 0 ]]; then
    say "Refreshing apt's package lists, because it does not know ${unknown[*]}."
    run_logged "$log" as_root apt-get update || return 1
    resolve "$@"
  fi
  if [[ ${#packages[@]} -gt 0 ]]; then
    say "Installing ${#packages[@]} system packages: ${packages[*]}."
    if ! run_logged "$log" as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "${packages[@]}"; then
      say 'Trying once more with fresh package lists.'
      run_logged "$log" as_root apt-get update || return 1
      run_logged "$log" as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "${packages[@]}" || return 1
    fi
  fi
  if [[ ${#unknown[@]} -gt 0 ]]; then complain "apt has no package for: ${unknown[*]}."; fi
}
