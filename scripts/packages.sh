#!/usr/bin/env bash
# Sourced by the other scripts: installs what is missing, and only that.
# `need_packages g++ cmake` asks dpkg once and returns at once when all are
# there; otherwise it installs as root, or by sudo.

say() { printf '%s: %s\n' "$(basename "$0" .sh)" "$*" >&2; }

# The compiler and the libraries the program is built from.
# shellcheck disable=SC2034  # read by the scripts that source this file
build_packages=(g++ cmake ninja-build pkg-config libcurl4-openssl-dev
  libgit2-dev libssl-dev zlib1g-dev rapidjson-dev libyaml-cpp-dev libcli11-dev
  libpugixml-dev libfmt-dev)

need_packages() {
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f '${db:Status-Abbrev}' "$name" 2>/dev/null | grep -q '^.i' ||
      missing+=("$name")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0

  command -v apt-get >/dev/null || {
    say "install these with your package manager, then run this again: ${missing[*]}"
    return 1
  }
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
      say "needs root or sudo to install: ${missing[*]}"
      return 1
    }
    as_root=(sudo)
  fi
  say "installing ${missing[*]}"
  local log
  log=$(mktemp)
  if ! { "${as_root[@]}" apt-get update -q &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
      --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
    tail -20 "$log" >&2
    say "could not install ${missing[*]}; apt's log is $log"
    return 1
  fi
  rm -f "$log"
}

# A second build is a tenth of the first where ccache is at hand.
use_ccache() {
  if [ -z "${CMAKE_CXX_COMPILER_LAUNCHER:-}" ] && command -v ccache >/dev/null; then
    export CMAKE_CXX_COMPILER_LAUNCHER=ccache
  fi
}
