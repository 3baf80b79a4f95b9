#!/usr/bin/env bash
# Sourced by the end-to-end scripts: a folder of the test's own, the local ECR,
# sample repositories, and checks that say what they saw. Whatever was started
# is ended by its process id when the script ends.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
PYTHON=${PYTHON:-python3}
folder=$(mktemp -d "${TMPDIR:-/tmp}/ecr-version-e2e.XXXXXX")
chmod 755 "$folder"
started=()
at_end=() # functions that tidy up what is not a process or in the folder

finish() {
  local code=$? pid tidy
  for tidy in "${at_end[@]}"; do "$tidy" || true; done
  for pid in "${started[@]}"; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  if [ "$code" -eq 0 ] || [ "$code" -eq 77 ]; then
    rm -rf "$folder"
  else
    echo "the test's files are kept in $folder"
  fi
  exit "$code"
}
trap finish EXIT

die() {
  echo "FAILED: $*"
  exit 1
}
skip() {
  echo "$*"
  exit 77
}
# equal WHAT EXPECTED GOT
equal() {
  [ "$2" = "$3" ] || die "$1: expected «$2», got «$3»"
}
# holds WHAT TEXT PART: TEXT has PART in it
holds() {
  case $2 in
    *"$3"*) ;;
    *) die "$1: expected «$3» in «$2»" ;;
  esac
}
output() { jq -r --arg name "$1" '.[$name] // ""' "$folder/outputs.json"; }

# wait_for FILE: until it has a line, for at most 20 s.
wait_for() {
  local _
  for _ in $(seq 200); do
    [ ! -s "$1" ] || return 0
    sleep 0.1
  done
  die "nothing was written to $1 within 20 s"
}

# start_ecr [OPTION...]: the local ECR; sets `ecr` to its endpoint, `registry`
# to where docker finds its images, and aws_environment to what a client needs.
start_ecr() {
  "$PYTHON" "$root/tests/local_ecr/local-ecr" --with-parent "$@" >"$folder/ecr.out" 2>"$folder/ecr.err" &
  started+=($!)
  wait_for "$folder/ecr.out"
  ecr=$(head -1 "$folder/ecr.out")
  local state
  state=$(curl -sSf --max-time 20 "$ecr/_local_ecr/state")
  # shellcheck disable=SC2034  # read by the tests
  registry=$(jq -r .registry <<<"$state")
  aws_environment=(AWS_ENDPOINT_URL_ECR="$ecr" AWS_ENDPOINT_URL_STS="$ecr" AWS_REGION=eu-west-1
    AWS_ACCESS_KEY_ID="$(jq -r .access_key <<<"$state")"
    AWS_SECRET_ACCESS_KEY="$(jq -r .secret_key <<<"$state")")
}

# seed REPOSITORY TAG...: an image with these tags, as if it had been pushed.
seed() {
  jq -nc '{repository: $ARGS.positional[0], tags: $ARGS.positional[1:]}' --args "$@" |
    curl -sSf --max-time 20 -H 'Content-Type: application/json' -d @- "$ecr/_local_ecr/seed" >/dev/null
}

# as_runner OPTION...: tests/e2e/as_runner.py with the ECR's environment; sets
# `code`, and leaves the log, outputs and summary in the test's folder.
as_runner() {
  local pair options=()
  for pair in "${aws_environment[@]:-}"; do
    [ -z "$pair" ] || options+=(--env "$pair")
  done
  code=0
  "$PYTHON" "$here/as_runner.py" --outputs "$folder/outputs.json" --summary "$folder/summary.md" \
    "${options[@]}" "$@" >"$folder/log" 2>&1 || code=$?
}

# give_to_runner DIR: to the user the runner works as on hosted machines.
give_to_runner() {
  [ "$(id -u)" -ne 0 ] || chown -R 1001:1001 "$1"
}

# commit REPOSITORY MESSAGE: everything there is, at a fixed author and time.
commit() {
  git -C "$1" add -A
  GIT_AUTHOR_DATE='2026-01-02T03:04:05Z' GIT_COMMITTER_DATE='2026-01-02T03:04:05Z' \
    git -C "$1" -c user.name=Ada -c user.email=ada@example.test commit -q --allow-empty -m "$2"
}

# monorepo DIR: two apps and a shared library, two commits.
monorepo() {
  git init -q -b main "$1"
  mkdir -p "$1"/apps/{api,web} "$1/libs" "$1/.github"
  printf 'FROM scratch\nCOPY main.txt /\n' | tee "$1/apps/api/Dockerfile" >"$1/apps/web/Dockerfile"
  echo one | tee "$1/apps/api/main.txt" >"$1/apps/web/main.txt"
  echo shared >"$1/libs/shared.txt"
  cat >"$1/.github/ecr-version.yml" <<'YAML'
repository-prefix: shop-
shared-paths: [libs/**]
apps:
  api: apps/api
  web: apps/web
YAML
  commit "$1" 'Start the shop'
  echo two >"$1/apps/api/main.txt"
  commit "$1" 'Answer faster [minor]'
}

# released_shop [TAG...]: the monorepo in $folder/shop, whose apps are released
# at its first commit, the images with these further tags.
released_shop() {
  monorepo "$folder/shop"
  local first
  first=$(git -C "$folder/shop" rev-parse --short=7 HEAD^)
  seed shop-api 1.2.3 "1.2.3-$first" "$@"
  seed shop-web 0.4.0 "0.4.0-$first" "$@"
}
