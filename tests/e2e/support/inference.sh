#!/usr/bin/env bash
# Sourced by the tests that have Docker judge the inferred paths.
# shellcheck disable=SC2154,SC2034  # root is the support's, tool is the tests'

# need_affected_files: the program that says what counts; sets `tool`.
need_affected_files() {
  tool=${AFFECTED_FILES:-$root/build-debug/affected-files}
  [ -z "${AFFECTED_FILES:-}" ] || return 0
  [ -f "$root/build-debug/build.ninja" ] || cmake -S "$root" --preset debug >/dev/null
  ninja -C "$root/build-debug" --quiet affected-files || die "affected-files does not build"
}
