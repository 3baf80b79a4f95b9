#!/usr/bin/env bash
# Sourced by the tests of `release`, `login` and ecr-deploy.sh, after the
# end-to-end support: images without Docker, one deployer, and what the
# registry holds.
# shellcheck disable=SC2154,SC2034  # variables pass between this and its users

engine=${ECR_VERSION:-$root/build/ecr-version}

# in_ecr COMMAND...: the local ECR's `seed` program; its plain questions, asked
# most often, without starting it.
in_ecr() {
  case "$*" in
    dump | faults) curl -sSf --max-time 20 "$ecr/_local_ecr/$1" | jq . ;;
    reset) curl -sSf --max-time 20 -X POST "$ecr/_local_ecr/reset" ;;
    *) "$PYTHON" "$root/tests/local_ecr/seed" --endpoint "$ecr" "$@" ;;
  esac
}
# in_the_past: what is pushed from now on is 20 minutes old, so that nobody can
# still be giving it tags, and a release does not wait long for who might.
in_the_past() { in_ecr set clock_skew_seconds=-1200 >/dev/null; }

# push REPOSITORY [OPTION...]: an image of its own, as the digest it has. `TAG`s
# and what else `seed image` takes may follow.
pushed=0
push() {
  pushed=$((pushed + 1))
  in_ecr image "$1" "${@:2}" --label "try=$BASHPID-$pushed-$RANDOM" | jq -r .digest
}

# ecr_version DIR ARGUMENT...: sets `code`, `out` and `err`.
ecr_version() {
  local dir=$1
  shift
  code=0
  (cd "$dir" && env -u GITHUB_ACTIONS "${aws_environment[@]}" "$engine" "$@") \
    >"$folder/out" 2>"$folder/err" || code=$?
  out=$(cat "$folder/out")
  err=$(cat "$folder/err")
}
# released DIR ARGUMENT...: `release --json` that must succeed.
released() {
  ecr_version "$1" release "${@:2}" --json
  [ "$code" -eq 0 ] || die "release ${*:2}: exit code $code: $err"
}
field() { jq -r --arg name "$1" '.[$name] | if type == "array" then join(" ") else . end' <<<"$out"; }

# tags REPOSITORY [DIGEST]: all its tags, or those of one image, on one line.
tags() {
  in_ecr dump | jq -r --arg repository "$1" --arg digest "${2:-}" '
    [.[] | select(.name == $repository) | .images[]
     | select($digest == "" or .digest == $digest) | .tags[]] | sort | join(" ")'
}
# versions REPOSITORY: its tags X.Y.Z, in order.
versions() { tags "$1" | tr ' ' '\n' | grep -E '^[0-9]+\.[0-9]+\.[0-9]+$' | sort -V | tr '\n' ' ' | sed 's/ $//'; }
head_of() { git -C "$1" rev-parse HEAD; }
short() { git -C "$1" rev-parse --short=7 "${2:-HEAD}"; }

# one_app DIR [YAML-LINE...]: a repository with the app `api`, one commit.
one_app() {
  git init -q -b main "$1"
  mkdir -p "$1/api" "$1/.github"
  printf 'FROM scratch\nCOPY main.txt /\n' >"$1/api/Dockerfile"
  echo one >"$1/api/main.txt"
  {
    printf 'initial-version: 1.0.0\n'
    printf 'apps:\n  api: api\n'
    [ $# -eq 1 ] || printf '%s\n' "${@:2}"
  } >"$1/.github/ecr-version.yml"
  commit "$1" 'Start'
}

# change DIR [MESSAGE]: a commit that changes the app.
change() {
  echo "$RANDOM $SECONDS $RANDOM" >>"$1/api/main.txt"
  commit "$1" "${2:-Change}"
}
