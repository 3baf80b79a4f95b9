#!/usr/bin/env bash
# Sourced by the act tests, after the end-to-end support.
# shellcheck disable=SC2154,SC2034  # folder and aws_environment are its, code is ours to set

# The image that act runs jobs in: it needs git, jq and a shell.
job_image=${ACT_JOB_IMAGE:-catthehacker/ubuntu:act-latest}

# add_action DIR: this action's own files, as `uses: ./` wants them.
add_action() {
  local file
  for file in action.yml Dockerfile .dockerignore CMakeLists.txt cmake src; do
    cp -r "${ECR_VERSION_ACTION:-$root}/$file" "$1/"
  done
  # Built once from this very Dockerfile: act, whose context carries other file
  # headers, would miss the engine's cache and compile it all again.
  if [ -n "${ECR_VERSION_IMAGE:-}" ] && [ -z "${ECR_VERSION_ACTION:-}" ]; then
    printf 'FROM %s\n' "$ECR_VERSION_IMAGE" >"$1/Dockerfile"
  fi
  mkdir -p "$1/scripts"
  cp "${ECR_VERSION_ACTION:-$root}/scripts/ecr-deploy.sh" "$1/scripts/"
}

# run_act DIR [OPTION...]: one push, as act plays it; sets `code`, and leaves
# the log. Options are on the command line only: a user's ~/.actrc must not
# decide how the test runs.
run_act() {
  local dir=$1 pair options=()
  shift
  for pair in "${aws_environment[@]}"; do
    options+=(--env "$pair")
  done
  printf '{"ref": "refs/heads/main", "deleted": false, "after": "%s"}' \
    "$(git -C "$dir" rev-parse HEAD)" >"$folder/event.json"
  code=0
  (cd "$dir" && HOME="$folder" XDG_CACHE_HOME="$folder/cache" timeout 900 act push -P ubuntu-latest="$job_image" \
    --pull=false --action-offline-mode --no-cache-server \
    -e "$folder/event.json" --env-file /dev/null --secret-file /dev/null --var-file /dev/null \
    --container-daemon-socket - --rm "${options[@]}" "$@") \
    >"$folder/act.log" 2>&1 </dev/null || code=$?
}

# What the steps printed.
said() { sed -n 's/^\[.*\] *| //p' "$folder/act.log"; }
