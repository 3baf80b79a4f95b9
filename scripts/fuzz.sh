#!/usr/bin/env bash
# Runs one fuzz target for some seconds over its corpus (tests/fuzz/NAME/);
# what it newly finds stays in build-fuzz/.
# usage: scripts/fuzz.sh fuzz-NAME [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/.."
target=$1 seconds=${2:-60}
name=${target#fuzz-}
mkdir -p "build-fuzz/corpus/$name" "build-fuzz/findings/$name"
seeds=()
[ ! -d "tests/fuzz/$name" ] || seeds=("tests/fuzz/$name")
[ "$name" != config ] || seeds=(tests/data/config/good tests/data/config/bad)
exec timeout --kill-after=10 $((seconds + 60)) "build-fuzz/$target" \
  -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=0 -verbosity=0 \
  -artifact_prefix="build-fuzz/findings/$name/" "build-fuzz/corpus/$name" "${seeds[@]}"
