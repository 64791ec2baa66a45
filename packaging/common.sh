# SPDX-License-Identifier: Apache-2.0
# Shared by run.sh and test.sh: says what it does, installs what is missing, configures and builds.

edgewright_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '\033[1m==> %s\033[0m\n' "$*" >&2; }
die() { printf 'edgewright: %s\n' "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "need root or sudo to install packages: $*"
  fi
}

# Installs the packages of dependencies.txt.
ensure_dependencies() {
  local wanted
  mapfile -t wanted < <(sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$edgewright_root/packaging/dependencies.txt")
  ensure_packages "${wanted[@]}"
}

# Installs those of the packages that dpkg does not know as installed.
ensure_packages() {
  local wanted=("$@") missing=() package
  for package in "${wanted[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || missing+=("$package")
  done
  if [ ${#missing[@]} -eq 0 ]; then
    say "all ${#wanted[@]} packages are installed"
    return
  fi
  say "installing ${#missing[@]} of ${#wanted[@]} packages: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get -qq update || die "apt-get update failed"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >&2 ||
    die "apt-get could not install: ${missing[*]}"
}

# build_preset PRESET [TARGET...]
build_preset() {
  local preset=$1
  shift
  export CCACHE_SLOPPINESS=pch_defines,time_macros
  cd "$edgewright_root"
  if [ ! -f "build/$preset/build.ninja" ]; then
    say "configuring (preset $preset)"
    cmake --preset "$preset" >"/tmp/edgewright-configure.$$" 2>&1 || { cat "/tmp/edgewright-configure.$$" >&2; die "cmake failed"; }
    rm -f "/tmp/edgewright-configure.$$"
  fi
  say "building in build/$preset"
  cmake --build "build/$preset" "${@/#/--target=}" -- -j "$(nproc)" --quiet || die "the build failed"
  cd - >/dev/null
}
