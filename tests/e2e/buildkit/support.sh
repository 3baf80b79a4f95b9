#!/usr/bin/env bash
# Sourced by the tests that need a BuildKit of today, after the end-to-end
# support: the one that BUILDKIT_HOST names, or one of the test's own.
# shellcheck disable=SC2154  # folder is the support's

need_buildkitd() {
  local tool
  for tool in buildx buildctl buildkitd runc; do
    PATH=$PATH:/usr/sbin command -v "$tool" >/dev/null || skip "no $tool on the PATH (scripts/test.sh buildkit builds what is missing)"
  done
  [ -z "${BUILDKIT_HOST:-}" ] || return 0
  [ "$(id -u)" -eq 0 ] || skip 'buildkitd is started by root, or BUILDKIT_HOST names one'
  export BUILDKIT_HOST=unix://$folder/buildkitd.sock
  PATH=$PATH:/usr/sbin buildkitd --root "$folder/buildkit" --addr "$BUILDKIT_HOST" \
    --oci-worker-snapshotter=native --oci-worker-net=host >"$folder/buildkitd.log" 2>&1 &
  started+=($!)
  for _ in $(seq 200); do
    ! buildctl debug workers >/dev/null 2>&1 || return 0
    sleep 0.1
  done
  tail -5 "$folder/buildkitd.log"
  die 'buildkitd does not answer'
}
