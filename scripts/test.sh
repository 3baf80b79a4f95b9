#!/usr/bin/env bash
# Builds and passes every test on Debian 12 or 13 or Ubuntu 24.04, installing
# what is missing.
# usage: scripts/test.sh [SUITE...]   SUITE: unit python scenarios e2e container act,
#        and buildkit, which is not run unless it is named: it builds a BuildKit of today
#
# Without a Docker engine the container and act suites skip, with the reason.
# With CI=true a skipped test is a failed one. PRESET chooses how the unit tests
# are built (debug; asan or fuzz for sanitizers); ECR_VERSION and
# ECR_VERSION_IMAGE may name a program and an image that are built already. The
# last line is the sum.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=packages.sh
. scripts/packages.sh
# shellcheck source=tools.sh
. scripts/tools.sh

suites=("$@")
[ "${#suites[@]}" -gt 0 ] || suites=(unit python scenarios e2e container act)

passed=0 failed=0 skipped=0
pass() { passed=$((passed + ${1:-1})); }
fail() {
  say "FAILED: $1"
  failed=$((failed + ${2:-1}))
}
skip() {
  if [ "${CI:-}" = true ]; then
    fail "$1 (nothing may skip where CI=true)" "${2:-1}"
  else
    say "skipped: $1"
    skipped=$((skipped + ${2:-1}))
  fi
}

# run_scripts NAME FILE...: each script is one test; 77 means it cannot run
# here, and its last line says why. Most of their time is spent waiting, for
# Docker or for each other's locks: two run at once.
run_scripts() {
  local suite=$1 file logs log code files=()
  shift
  for file in "$@"; do
    case $file in
      */support.sh | *'*'*) ;; # sourced by the others; no such file
      *) files+=("$file") ;;
    esac
  done
  logs=$(mktemp -d)
  # shellcheck disable=SC2016  # expanded by the inner shell
  printf '%s\0' "${files[@]}" | xargs -0 -r -n 1 -P 2 bash -c '
    log=$0/${1//\//_}
    code=0
    timeout --kill-after=10 1200 bash "$1" >"$log" 2>&1 </dev/null || code=$?
    echo "$code" >"$log.code"' "$logs"
  for file in "${files[@]}"; do
    log=$logs/${file//\//_}
    code=$(cat "$log.code" 2>/dev/null || echo "none: it was not run")
    case $code in
      0)
        pass
        say "ok: $file"
        ;;
      77) skip "$file: $(tail -1 "$log")" ;;
      *)
        tail -60 "$log" >&2
        fail "$suite: $file (exit $code)"
        ;;
    esac
  done
  rm -rf "$logs"
}

# The program that scenarios and end-to-end tests run: ECR_VERSION, where it
# names one, or a release build of this checkout.
need_program() {
  if [ -z "${ECR_VERSION:-}" ]; then
    scripts/build.sh
    ECR_VERSION=$PWD/build/ecr-version
  fi
  export ECR_VERSION
}

unit() {
  need_packages "${build_packages[@]}" doctest-dev git cmark-gfm python3
  use_ccache
  local preset=${PRESET:-debug} fatal=OFF log
  [ "${CI:-}" != true ] || fatal=ON
  [ -f "build-$preset/build.ninja" ] ||
    cmake --preset "$preset" -DCMAKE_COMPILE_WARNING_AS_ERROR=$fatal >/dev/null
  ninja -C "build-$preset" --quiet
  log=$(mktemp)
  ctest --test-dir "build-$preset" --output-on-failure --no-tests=error \
    --parallel 2 --timeout 400 >"$log" 2>&1 || true
  local line bad all
  line=$(grep -E 'tests passed, [0-9]+ tests failed out of [0-9]+' "$log" || true)
  if [ -z "$line" ]; then
    tail -40 "$log" >&2
    fail "unit: ctest gave no result"
    return
  fi
  bad=$(sed -E 's/.*passed, ([0-9]+) tests failed.*/\1/' <<<"$line")
  all=$(sed -E 's/.*out of ([0-9]+).*/\1/' <<<"$line")
  pass $((all - bad))
  if [ "$bad" -gt 0 ]; then
    grep -vE '^ *[0-9]+/[0-9]+ Test .* Passed|^ *Start ' "$log" | tail -100 >&2
    fail "unit: $bad tests" "$bad"
  fi
  say "unit: $line"
  rm -f "$log"
}

python() { run_pytest python tests/local_ecr; }

# The program on repositories made by git, against the local ECR. Deployers
# spend their time waiting for each other: beside the others.
scenarios() {
  need_program
  need_packages git
  run_pytest scenarios 'tests/scenarios --ignore-glob=*/test_release_*' "$(echo tests/scenarios/test_release_*.py)"
}

# run_pytest SUITE ARGUMENTS...: each word list by itself, all side by side.
run_pytest() {
  local suite=$1 arguments log logs=()
  shift
  need_python
  need_packages docker-registry
  for arguments in "$@"; do
    log=$(mktemp)
    logs+=("$log")
    # shellcheck disable=SC2086  # words
    timeout 900 "$PYTHON" -m pytest -q -rs --tb=short $arguments >"$log" 2>&1 </dev/null &
  done
  wait
  for log in "${logs[@]}"; do count_pytest "$suite" "$log"; done
}
count_pytest() { # SUITE LOG
  local suite=$1 log=$2 summary kind count
  summary=$(grep -E '^[=[:space:]]*[0-9]+ .* in [0-9.]+s' "$log" | tail -1 || true)
  if [ -z "$summary" ]; then
    tail -40 "$log" >&2
    fail "$suite: pytest gave no result"
    return
  fi
  for kind in passed failed error skipped; do
    count=$(grep -oE "[0-9]+ $kind" <<<"$summary" | cut -d' ' -f1 || true)
    [ -n "$count" ] || continue
    case $kind in
      passed) pass "$count" ;;
      skipped) skip "$suite: $(grep '^SKIPPED' "$log" | head -5)" "$count" ;;
      *)
        tail -60 "$log" >&2
        fail "$suite: $count $kind" "$count"
        ;;
    esac
  done
  say "$suite: $summary"
  rm -f "$log"
}

e2e() {
  need_program
  need_python
  need_packages git jq curl docker-registry
  run_scripts e2e tests/e2e/*.sh
}

# The image is built once, from the Dockerfile as it stands.
build_image() {
  docker info >/dev/null 2>&1 || {
    echo "no Docker engine answers"
    return 77
  }
  [ -n "${ECR_VERSION_IMAGE:-}" ] || {
    docker build -q -t ecr-version-action:test . >/dev/null
    export ECR_VERSION_IMAGE=ecr-version-action:test
  }
}

# Of a suite that cannot run, each test is skipped.
count_of() { find "tests/e2e/$1" -name '*.sh' ! -name support.sh | wc -l; }
engine_answers_for() {
  docker info >/dev/null 2>&1 && return
  skip "$1: no Docker engine answers" "$(count_of "$1")"
  return 1
}

container() {
  engine_answers_for container || return 0
  need_python
  need_packages git jq curl docker-registry
  build_image || {
    fail "container: the image does not build"
    return
  }
  run_scripts container tests/e2e/container/*.sh
}

act() {
  local reason
  engine_answers_for act || return 0
  need_python
  need_packages git jq curl docker-registry
  if ! reason=$(need_act); then
    skip "act: $reason" "$(count_of act)"
    return
  fi
  build_image || {
    fail "act: the image does not build"
    return
  }
  run_scripts act tests/e2e/act/*.sh
}

# What the engine's own builder cannot do: pushes by digest, images for several
# platforms, and Dockerfiles in today's syntax.
buildkit() {
  local reason
  engine_answers_for buildkit || return 0
  need_program
  need_python
  need_packages git jq curl docker-registry busybox-static
  if ! reason=$(need_buildkit); then
    skip "buildkit: $reason" "$(count_of buildkit)"
    return
  fi
  PATH="$PWD/build/tools:$PATH" run_scripts buildkit tests/e2e/buildkit/*.sh
}

for suite in "${suites[@]}"; do
  case $suite in
    unit | python | scenarios | e2e | container | act | buildkit) "$suite" ;;
    *)
      say "no suite is named $suite: unit, python, scenarios, e2e, container, act or buildkit"
      exit 2
      ;;
  esac
done

if [ "$skipped" -gt 0 ]; then
  echo "$passed passed, $failed failed, $skipped skipped"
else
  echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
