#!/usr/bin/env bash
# Docker is the judge of the paths that are read from Dockerfiles: what its
# builders would run again is affected, and hardly anything else.
# shellcheck source=../support.sh
. "$(dirname "$0")/../support.sh"
# shellcheck source=../support/inference.sh
. "$(dirname "$0")/../support/inference.sh"
# shellcheck disable=SC2154  # tool is need_affected_files'

need_affected_files
command -v busybox >/dev/null ||
  echo "without busybox (busybox-static) no sample runs a command"

code=0
"$PYTHON" "$root/tests/inference/judge.py" "$tool" || code=$?
[ "$code" -ne 77 ] || skip "no Docker engine answers"
[ "$code" -eq 0 ] || die "the engines judge otherwise"

# The ignore file by itself: drawn patterns over drawn trees.
code=0
"$PYTHON" "$root/tests/inference/ignore.py" "$tool" || code=$?
[ "$code" -eq 0 ] || [ "$code" -eq 77 ] || die "an ignore file is read otherwise"
