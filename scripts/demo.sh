#!/usr/bin/env bash
# The main job on a sample monorepo, told as a story: installs what is missing,
# builds, starts the local ECR, releases first images, pushes commits, and runs
# the action as GitHub's runner calls it. No Docker engine is needed. Cleans up
# after itself. ECR_VERSION may name a program that is built already.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/packages.sh
. scripts/packages.sh

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
  bold=$(printf '\033[1m') dim=$(printf '\033[2m') plain=$(printf '\033[0m')
else
  bold='' dim='' plain=''
fi
chapter() { printf '\n%s%s%s\n\n' "$bold" "$1" "$plain"; }
tell() { printf '%s\n' "$@"; }
quote() { sed "s/^/    $dim/; s/\$/$plain/"; }

project=$PWD
program=${ECR_VERSION:-$project/build/ecr-version}
[ -n "${ECR_VERSION:-}" ] || scripts/build.sh
need_packages git docker-registry python3 python3-botocore
PYTHON=/usr/bin/python3  # the distribution's, which has botocore

scene=$(mktemp -d)
registry_pid=
leave() {
  if [ -n "$registry_pid" ]; then
    kill "$registry_pid" 2>/dev/null || true
    wait "$registry_pid" 2>/dev/null || true
  fi
  rm -rf "$scene"
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The local ECR: ECR's API over a real registry, on loopback.
"$PYTHON" tests/local_ecr/local-ecr --state "$scene/ecr" >"$scene/endpoint" 2>"$scene/ecr.log" &
registry_pid=$!
until [ -s "$scene/endpoint" ]; do
  kill -0 "$registry_pid" 2>/dev/null || {
    cat "$scene/ecr.log" >&2
    exit 1
  }
  sleep 0.1
done
AWS_ENDPOINT_URL_ECR=$(cat "$scene/endpoint")
export AWS_ENDPOINT_URL_ECR AWS_ENDPOINT_URL_STS=$AWS_ENDPOINT_URL_ECR AWS_REGION=eu-west-1
export AWS_ACCESS_KEY_ID=AKIALOCALECR AWS_SECRET_ACCESS_KEY=local-ecr-secret
seed() { "$PYTHON" tests/local_ecr/seed "$@" >/dev/null; }

# A monorepo with real history, whoever runs this and however git is set up.
repo=$scene/shula
export HOME=$scene GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=Dana GIT_AUTHOR_EMAIL=dana@example.com
export GIT_COMMITTER_NAME=Dana GIT_COMMITTER_EMAIL=dana@example.com
git init -q -b main "$repo"
in_repo() { git -C "$repo" "$@"; }
write() { # PATH TEXT
  mkdir -p "$repo/$(dirname "$1")"
  printf '%s\n' "$2" >>"$repo/$1"
}
clock=1764000000
commit() { # MESSAGE
  clock=$((clock + 3600))
  in_repo add -A
  GIT_AUTHOR_DATE="$clock +0000" GIT_COMMITTER_DATE="$clock +0000" in_repo commit -q -m "$1"
}
short_head() { in_repo rev-parse HEAD | cut -c1-7; }

# One step of a workflow, as the runner starts it.
step() { # BEFORE
  local files=$scene/step
  rm -rf "$files"
  mkdir -p "$files"
  : >"$files/output"
  : >"$files/summary"
  cat >"$files/event.json" <<EOT
{"ref": "refs/heads/main", "before": "$1", "after": "$(in_repo rev-parse HEAD)", "created": false, "forced": false,
 "repository": {"name": "shula", "html_url": "https://github.com/acme/shula", "description": "All of Shula", "license": {"spdx_id": "Apache-2.0"}}}
EOT
  (cd "$repo" && env GITHUB_ACTIONS=true CI=true GITHUB_EVENT_NAME=push \
    GITHUB_EVENT_PATH="$files/event.json" GITHUB_SHA="$(in_repo rev-parse HEAD)" \
    GITHUB_REF=refs/heads/main GITHUB_REPOSITORY=acme/shula \
    GITHUB_SERVER_URL=https://github.com GITHUB_WORKSPACE="$repo" \
    GITHUB_OUTPUT="$files/output" GITHUB_STEP_SUMMARY="$files/summary" \
    INPUT_APP="${2:-}" "$program" action) >"$files/log" || {
    cat "$files/log"
    return 1
  }
}
output() { # NAME: a step output, read as the runner reads its file
  "$PYTHON" - "$scene/step/output" "$1" <<'EOT'
import sys
lines = open(sys.argv[1], encoding="utf-8").read().split("\n")
values, i = {}, 0
while i < len(lines) - 1:
    name, delimiter = lines[i].split("<<", 1)
    end = lines.index(delimiter, i + 1)
    values[name] = "\n".join(lines[i + 1 : end])
    i = end + 1
print(values[sys.argv[2]])
EOT
}
show() { # NAME...
  local name
  for name in "$@"; do
    printf '    %-14s %s\n' "$name" "$(output "$name" | sed '2,$s/^/                   /')"
  done
}
log_of_step() { grep -vE '^::(end)?group::$|^::endgroup::' "$scene/step/log" | sed 's/^::group:://; s/^::\(notice\|warning\)::/(\1) /' | quote; }
push_images() { # what a workflow's build and push would do with the matrix
  output matrix | "$PYTHON" -c '
import json, sys
for app in json.load(sys.stdin)["include"]:
    print(app["repository"], app["tag-names"].replace("\n", " "))' |
    while read -r repository tags; do
      # shellcheck disable=SC2086  # tags are words
      seed image "$repository" $tags
      printf '    pushed %s: %s\n' "$repository" "$tags"
    done
}

chapter "A monorepo with four apps"
write .github/ecr-version.yml "repository-prefix: shula-
shared-paths: [libs/**]
initial-version: 1.0.0
apps:
  backend: apps/backend
  frontend: apps/frontend
  whatsapp:
    directory: apps/whatsapp
    depends-on: [backend]
  reports: apps/reports"
for app in backend frontend whatsapp reports; do
  write "apps/$app/Dockerfile" "FROM scratch
COPY . /"
  write "apps/$app/main.txt" "$app"
  seed repo "shula-$app" --mutability IMMUTABLE_WITH_EXCLUSION --exclude latest
done
write libs/money.txt "money"
commit "Add the four apps"
tell "Its configuration, .github/ecr-version.yml:" ""
quote <"$repo/.github/ecr-version.yml"
tell "" "ECR holds four empty repositories. There is no version file and no git tag: the images are the record."

chapter "First push: every app gets its first version"
step 0000000000000000000000000000000000000000
log_of_step
tell "" "The workflow's build jobs push the images with the tags they were given:"
push_images
first=$(in_repo rev-parse HEAD)

chapter "Four commits later"
write apps/backend/search.txt "search"
commit "[minor] Search in the backend"
write apps/backend/search.txt "faster"
commit "Make the search faster"
write apps/reports/pdf.txt "pdf"
commit "[major] Reports are PDF now"
write docs/handbook.txt "handbook"
commit "Write the handbook"
in_repo log --format='%h %s' "$first..HEAD" | quote
tell "" "One step answers which apps these commits affect, and how far each must be bumped:" ""
step "$first"
log_of_step
tell "" "What later steps and jobs read:" ""
show affected any-affected tags
tell "" "and the matrix for the build jobs, dependencies first (each entry has labels, context and more besides):" ""
output matrix | "$PYTHON" -c '
import json, sys
for app in json.load(sys.stdin)["include"]:
    print("    stage", app["stage"], app["app"], app["version"], app["tag-names"].split("\n"), app["dockerfile"])'
tell "" "The job summary that GitHub shows:" ""
"$PYTHON" scripts/summary_as_text.py <"$scene/step/summary" | quote
[ -z "${SUMMARY_COPY:-}" ] || cp "$scene/step/summary" "$SUMMARY_COPY" # for scripts/pictures.sh
tell "" "The images are built and pushed:"
push_images

chapter "The same job again: nothing is minted twice"
step "$first"
log_of_step
show any-affected

chapter "A second push, in the shared library"
before=$(in_repo rev-parse HEAD)
write libs/money.txt "more money"
commit "Round money correctly"
step "$before"
log_of_step
show affected

chapter "On a laptop, the same engine"
tell "    \$ ecr-version latest backend"
(cd "$repo" && "$program" latest backend 2>&1) | quote
tell "    \$ ecr-version plan --app reports"
(cd "$repo" && "$program" plan --app reports 2>&1) | quote

chapter "That was it"
tell "Nothing is left behind. Use it in a workflow: README.md. Try it with act: tests/local_ecr/README.md."
