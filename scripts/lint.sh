#!/usr/bin/env bash
# Checks everything that needs no build: format, shell scripts, workflows.
# usage: scripts/lint.sh [--fix]     --fix formats the C++ in place
# The last line is the sum of the checks.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=packages.sh
. scripts/packages.sh
# shellcheck source=tools.sh
. scripts/tools.sh

need_packages shellcheck git
need_clang_format
need_ruff
need_zizmor
mapfile -t cpp < <(git ls-files '*.cpp' '*.hpp')
mapfile -t shell < <(git ls-files '*.sh' .ci/run)
if [ "${1:-}" = --fix ]; then
  build/venv/bin/clang-format -i "${cpp[@]}"
fi

passed=0 failed=0
check() { # NAME COMMAND...
  local name=$1
  shift
  if timeout 300 "$@" >&2; then
    passed=$((passed + 1))
  else
    say "FAILED: $name"
    failed=$((failed + 1))
  fi
}
check 'clang-format (scripts/lint.sh --fix mends it)' \
  build/venv/bin/clang-format --dry-run -Werror "${cpp[@]}"
check 'ruff check' build/venv/bin/ruff check -q --select E4,E7,E9,F bench scripts tests
check 'ruff check, local ECR' build/venv/bin/ruff check -q tests/local_ecr
check 'ruff format' build/venv/bin/ruff format -q --check --diff tests/local_ecr
check 'explanations of mutants that cannot be made' scripts/mutate.py
check shellcheck shellcheck "${shell[@]}"
if reason=$(need_actionlint); then
  PATH="$PWD/build/tools:$PATH"
  # The workflows that the pages print whole.
  rm -rf build/pages && mkdir -p build/pages
  for page in README docs/migrating; do
    awk '/^<!-- counted: /{seen=1} /^```$/{shown=0} shown; /^```yaml$/&&seen{shown=1; seen=0}' \
      "$page.md" >"build/pages/${page##*/}.yml"
  done
  check actionlint actionlint .github/workflows/*.yml examples/*.yml tests/e2e/act/*.yml build/pages/*.yml
elif [ "${CI:-}" = true ]; then
  check "actionlint: $reason" false
else
  say "skipped: actionlint: $reason"
fi
# Offline: the pins are checked for being full hashes, not looked up.
check zizmor build/venv/bin/zizmor --offline --quiet action.yml .github/workflows examples/*.yml \
  tests/e2e/act/workflow.yml tests/e2e/act/actions/*/action.yml

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
