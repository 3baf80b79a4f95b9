#!/usr/bin/env bash
# The numbers of docs/performance.md, measured here: ours beside the peer's in
# one run. usage: scripts/bench.sh [--repo DIR] [--runs N] [--only NAME...]
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/packages.sh
. scripts/packages.sh
# shellcheck source=scripts/tools.sh
. scripts/tools.sh

scripts/build.sh
need_python
need_packages git jq awscli docker-registry time
exec "$PYTHON" bench/run.py "$@"
