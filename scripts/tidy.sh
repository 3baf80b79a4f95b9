#!/usr/bin/env bash
# clang-tidy over every source, by .clang-tidy's list. It parses everything
# once more, so it runs nightly and by hand, not with every change.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/packages.sh
. scripts/packages.sh

need_packages "${build_packages[@]}" doctest-dev clang clang-tidy libclang-rt-dev
cmake --preset fuzz -DECR_VERSION_PRECOMPILE=OFF -B build-tidy >/dev/null
exec run-clang-tidy -quiet -p build-tidy -j "$(nproc)" "$PWD/src/.*\.cpp"
