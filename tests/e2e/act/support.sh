#!/usr/bin/env bash
# Sourced by the act tests, after the end-to-end support.
# shellcheck disable=SC2154,SC2034  # folder and aws_environment are its, code is ours to set

# The image that act runs jobs in: it needs git, jq and a shell.
job_image=${ACT_JOB_IMAGE:-catthehacker/ubuntu:act-latest}
act_options=()

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
  for file in scripts/ecr-deploy.sh examples/affected-apps.yml; do
    mkdir -p "$1/${file%/*}"
    cp "${ECR_VERSION_ACTION:-$root}/$file" "$1/$file"
  done
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
  # Nothing of this machine's own environment, which may hold keys, reaches a job.
  (cd "$dir" && env -i PATH="$PATH" HOME="$folder" XDG_CACHE_HOME="$folder/cache" LC_ALL=C.UTF-8 \
    ${DOCKER_HOST:+DOCKER_HOST="$DOCKER_HOST"} timeout 900 act push -P ubuntu-latest="$job_image" \
    --pull=false --action-offline-mode --no-cache-server \
    -e "$folder/event.json" --env-file /dev/null --secret-file /dev/null --var-file /dev/null \
    --container-daemon-socket - --rm "${options[@]}" "${act_options[@]}" "$@") \
    >"$folder/act.log" 2>&1 </dev/null || code=$?
  [ -z "${ACT_LOG:-}" ] || cat "$folder/act.log" >>"$ACT_LOG"
}

# What the steps printed.
said() { sed -n 's/^\[.*\] *| //p' "$folder/act.log"; }

# on_hosts: jobs run as on a hosted machine, their steps on this one and only
# the action in its image; not inside of a container, as run_act has it
# otherwise. act gives an action the paths of the host, so it must see them. The
# examples, and the README's workflow as it is printed, are in $folder/examples.
on_hosts() {
  job_image=-self-hosted
  mkdir -p "$folder/action" "$folder/examples" "$folder/git/octo-org"
  add_action "$folder/action"
  local file
  for file in "$root"/examples/*.yml; do
    cp "$file" "$folder/examples/"
  done
  awk '/^<!-- counted: ours/{seen=1} /^```$/{shown=0} shown; /^```yaml$/&&seen{shown=1; seen=0}' \
    "$root/README.md" >"$folder/examples/README.yml"
  sed -i 's/OWNER/octo-org/' "$folder"/examples/*.yml # what a user replaces
  act_options=(--no-skip-checkout --container-options "-v $folder:$folder")
  local action stand_in
  while read -r action stand_in; do
    act_options+=(--local-repository "$action=$stand_in")
  done < <(stand_ins)
}
# stand_ins: the actions that the examples use, each as it is named there, and
# the folder of what stands for it: of others the small ones here, each at the
# commit or tag that is named; for this one, itself.
stand_ins() {
  local others=$here/act/actions
  sed -nE "s|.*uses: (actions/checkout@[^ ]+).*|\1 $others/checkout|p
    s|.*uses: (docker/login-action@[^ ]+).*|\1 $others/login|p
    s|.*uses: (docker/setup-buildx-action@[^ ]+).*|\1 $others/setup-buildx|p
    s|.*uses: (docker/build-push-action@[^ ]+).*|\1 $others/build-push|p
    s|.*uses: ([^ ]*/ecr-version-action@[^ ]+).*|\1 $folder/action|p" "$folder"/examples/*.yml | sort -u
}
# start_hosts: the local ECR, and a git server for $folder/git, both where a
# container of the engine's default network finds them; aws_environment then is
# what a job on a hosted machine has: a role to ask for, and no key.
start_hosts() {
  local gateway at
  gateway=$(docker network inspect bridge -f '{{(index .IPAM.Config 0).Gateway}}')
  start_ecr --listen 0.0.0.0 --registry-host 127.0.0.1
  mkfifo "$folder/git.in"
  "$PYTHON" "$root/tests/support/git_http_server.py" --root "$folder/git" --listen "$gateway" \
    <"$folder/git.in" >"$folder/git.out" 2>"$folder/git.err" &
  started+=($!)
  exec 3>"$folder/git.in"
  wait_for "$folder/git.out"
  git_server=$(head -1 "$folder/git.out")
  at=http://$gateway:${ecr##*:}
  aws_environment=(AWS_ENDPOINT_URL_ECR="$at" AWS_ENDPOINT_URL_STS="$at" AWS_REGION=eu-west-1
    ACTIONS_ID_TOKEN_REQUEST_URL="$at/oidc/token?api-version=2.0" ACTIONS_ID_TOKEN_REQUEST_TOKEN=local-ecr-request-token
    GITHUB_SERVER_URL="$git_server")
}
