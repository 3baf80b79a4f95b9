#!/usr/bin/env bash
# The numbers of docs/performance.md, measured here: ours beside the peer's in
# one run; the plot is drawn into build/growth.svg.
# usage: scripts/bench.sh [--repo DIR] [--runs N] [--only NAME...]
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/packages.sh
. scripts/packages.sh
# shellcheck source=scripts/tools.sh
. scripts/tools.sh

need_python
need_packages git jq awscli docker-registry time
# The program as it ships, from the image, where there is an engine to build it.
if docker info >/dev/null 2>&1; then
  need_packages gcc libc6-dev busybox-static "${build_packages[@]}" doctest-dev
  [ -n "${ECR_VERSION_IMAGE:-}" ] || docker build -q -t ecr-version-action:bench . >/dev/null
  export ECR_VERSION_IMAGE=${ECR_VERSION_IMAGE:-ecr-version-action:bench}
  container=$(docker create "$ECR_VERSION_IMAGE")
  docker cp "$container:/usr/bin/ecr-version" build/shipped >/dev/null
  docker rm "$container" >/dev/null
  export ECR_VERSION="${ECR_VERSION:-$PWD/build/shipped}"
  # What tells Docker's judgement of the inferred paths from ours.
  [ -f build-debug/build.ninja ] || cmake --preset debug >/dev/null
  ninja -C build-debug --quiet affected-files
elif [ -z "${ECR_VERSION:-}" ]; then
  scripts/build.sh
  export ECR_VERSION="$PWD/build/ecr-version"
fi
"$PYTHON" bench/run.py --data build/growth.json "$@"
"$PYTHON" bench/plot.py build/growth.json >build/growth.svg
