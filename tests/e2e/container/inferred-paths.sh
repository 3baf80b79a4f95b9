#!/usr/bin/env bash
# Docker is the judge of the paths that are read from Dockerfiles: what its
# builders would run again is affected, and hardly anything else.
. "$(dirname "$0")/../support.sh"

tool=${AFFECTED_FILES:-}
if [ -z "$tool" ]; then
  build=$root/build-debug
  [ -f "$build/build.ninja" ] || cmake -S "$root" --preset debug >/dev/null
  ninja -C "$build" --quiet affected-files || die "affected-files does not build"
  tool=$build/affected-files
fi
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
