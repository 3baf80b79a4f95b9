#!/usr/bin/env bash
# The numbers of docs/performance.md, measured here: ours beside the peer's in
# one run. usage: scripts/bench.sh [--repo DIR] [--runs N] [--only NAME...]
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/packages.sh
. scripts/packages.sh
# shellcheck source=scripts/tools.sh
. scripts/tools.sh

# The program as it ships, from the image, where there is an engine to build it.
if [ -z "${ECR_VERSION:-}" ] && docker info >/dev/null 2>&1; then
  image=$(docker build -q .)
  container=$(docker create "$image")
  mkdir -p build
  docker cp "$container:/usr/bin/ecr-version" build/shipped >/dev/null
  docker rm "$container" >/dev/null
  export ECR_VERSION="$PWD/build/shipped"
elif [ -z "${ECR_VERSION:-}" ]; then
  scripts/build.sh
  export ECR_VERSION="$PWD/build/ecr-version"
fi
need_python
need_packages git jq awscli docker-registry time
exec "$PYTHON" bench/run.py "$@"
