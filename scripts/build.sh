#!/usr/bin/env bash
# Builds build/ecr-version (release) on Debian 12 or 13 or Ubuntu 24.04,
# installing what is missing. Fast when there is nothing to do.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=packages.sh
. scripts/packages.sh

need_packages "${build_packages[@]}"
use_ccache
[ -f build/build.ninja ] || cmake --preset release -DBUILD_TESTING=OFF >/dev/null
ninja -C build --quiet ecr-version
