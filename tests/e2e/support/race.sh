#!/usr/bin/env bash
# Sourced by the tests release-race-*.sh: twenty deployers at once. Of twenty commits that do not descend from each
# other: twenty different consecutive versions, none lost, none overwritten, on
# a repository with immutable tags and on one whose tags move. Of commits of
# one line: the order of versions is the order of history, and the tip is
# released. Of one commit built twenty times: one release.
# RACE_ROUNDS=N repeats each race.
# shellcheck disable=SC2154  # variables of the other support files

many=20

# deploy_all WHAT: one deployer for each `NAME IMAGE` line of $folder/starts,
# in the work tree of that name; all begin together, and all must end well.
deploy_all() {
  local name image pid failed=0 pids=()
  rm -rf "$folder/results"
  mkdir "$folder/results"
  while read -r name image; do
    (cd "$folder/trees/$name" && exec env -u GITHUB_ACTIONS "${aws_environment[@]}" \
      "$engine" release api --image "$image" --json >"$folder/results/$name" 2>"$folder/results/$name.err") &
    pids+=($!)
  done <"$folder/starts"
  for pid in "${pids[@]}"; do
    wait "$pid" || failed=$((failed + 1))
  done
  [ "$failed" -eq 0 ] || {
    tail -n 3 "$folder"/results/*.err
    die "$1: $failed deployers failed"
  }
}
# trees COMMIT...: a work tree for each, with an image of its own.
trees() {
  local commit
  rm -rf "$folder/trees"
  git -C "$shop" worktree prune
  for commit in "$@"; do
    git -C "$shop" worktree add -q --detach "$folder/trees/$commit" "$commit"
  done
  paste -d ' ' <(printf '%s\n' "$@") <(push_many) >"$folder/starts"
}
# push_many: the digests of as many images, all made in one request.
push_many() {
  jq -nc --arg mark "$RANDOM" --argjson many "$many" \
    '[range($many) | {repository: "api", content: "\($mark) \(.)"}]' |
    curl -sSf --max-time 60 -H 'Content-Type: application/json' -d @- "$ecr/_local_ecr/seed" | jq -r '.[].digest'
}
one_version_each() { # WHAT FIRST-PATCH
  local name image version expected
  expected=$(seq -f '1.0.%.0f' "$2" $(($2 + many - 1)) | tr '\n' ' ')
  equal "$1: versions" "${expected% }" "$(versions api)"
  while read -r name image; do
    version=$(jq -r .version "$folder/results/$name")
    equal "$1: tags of ${name:0:7}" "$version $version-${name:0:7}" \
      "$(tags api "$image" | sed 's/ latest//')"
  done <"$folder/starts"
  equal "$1: latest is the highest" "$(versions api | awk '{print $NF}')" \
    "$(in_ecr dump | jq -r '.[0].images[].tags | select(index("latest")) | map(select(test("^[0-9.]+$")))[]')"
}
siblings() {
  local i
  for i in $(seq "$many"); do
    git -C "$shop" checkout -q --detach "$root_commit"
    echo "$i $RANDOM" >"$shop/api/main.txt"
    commit "$shop" "Sibling $i"
    head_of "$shop"
  done
}

new_repository() { # MUTABILITY
  local options=()
  [ "$1" = MUTABLE ] || options=(--exclude latest)
  in_ecr reset >/dev/null
  in_ecr repo api --mutability "$1" "${options[@]}" >/dev/null
}

race() { # MUTABILITY ROUND
  local what="round $2, $1" i line=() commit reason version last='' head image
  new_repository "$1"
  # shellcheck disable=SC2046  # one word a commit
  trees $(siblings)
  deploy_all "$what: siblings"
  one_version_each "$what: siblings" 0

  # One line of history: each commit a child of the one before.
  new_repository "$1"
  git -C "$shop" checkout -q --detach "$root_commit"
  for i in $(seq "$many"); do
    change "$shop" "Step $i"
    line+=("$(head_of "$shop")")
  done
  trees "${line[@]}"
  deploy_all "$what: one line"
  for commit in "${line[@]}"; do
    reason=$(jq -r .reason "$folder/results/$commit")
    if [ "$reason" = superseded ]; then
      equal "$what: a superseded commit has no tag" '[]' "$(jq -c .tags "$folder/results/$commit")"
      continue
    fi
    version=$(jq -r .version "$folder/results/$commit")
    [ -z "$last" ] || equal "$what: order of history" "$last $version" \
      "$(printf '%s\n' "$last" "$version" | sort -V | tr '\n' ' ' | sed 's/ $//')"
    last=$version
  done
  [ "$reason" != superseded ] || die "$what: the tip was not released"
  equal "$what: the tip is the newest" "$(versions api | awk '{print $NF}')" "$version"

  # One commit, built twenty times: other bytes each time.
  new_repository "$1"
  head=${line[-1]}
  rm -rf "$folder/trees"
  mkdir "$folder/trees"
  for i in $(seq "$many"); do ln -s "$shop" "$folder/trees/$i"; done
  paste -d ' ' <(seq "$many") <(push_many) >"$folder/starts"
  deploy_all "$what: one commit"
  equal "$what: one commit, one release" "1.0.0 1.0.0-${head:0:7} latest" "$(tags api)"
  equal "$what: all tell of it" "1.0.0" "$(cat "$folder"/results/*[0-9] | jq -r .version | sort -u)"

  # And the same bytes each time.
  new_repository "$1"
  image=$(push api)
  sed -i "s/ .*/ $image/" "$folder/starts"
  deploy_all "$what: one image"
  equal "$what: one image, one release" "1.0.0 1.0.0-${head:0:7} latest" "$(tags api)"
}

start_ecr
shop=$folder/shop
one_app "$shop"
root_commit=$(head_of "$shop")
