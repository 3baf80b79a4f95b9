#!/usr/bin/env bash
# A BuildKit of today is the judge of the paths that are read from Dockerfiles,
# where the engine's own knows less: heredocs, --link, --parents, --exclude.
# shellcheck source=../support.sh
. "$(dirname "$0")/../support.sh"
# shellcheck source=support.sh
. "$(dirname "$0")/support.sh"
# shellcheck source=../support/inference.sh
. "$(dirname "$0")/../support/inference.sh"

need_buildkitd
need_affected_files
"$PYTHON" "$root/tests/inference/judge.py" "$tool" --engine newer || die "the builder judges otherwise"
"$PYTHON" "$root/tests/inference/ignore.py" "$tool" --engine newer || die "an ignore file is read otherwise"
