#!/usr/bin/env bash
# scripts/ecr-deploy.sh with a real Docker engine against the local ECR: one
# command builds, pushes once and releases; the image has the tags it should
# and no other, whatever happens on the way.
# shellcheck source=support.sh
. "$(dirname "$0")/support.sh"
# shellcheck source=support/deploying.sh
. "$(dirname "$0")/support/deploying.sh"
# shellcheck source=support/docker.sh
. "$(dirname "$0")/support/docker.sh"
# shellcheck disable=SC2154  # out, err, code and registry are set by the support files

need_engine
start_ecr
in_the_past
shop=$folder/shop
one_app "$shop" 'missing-repository: create' 'shared-paths: [libs/**]'
mkdir -p "$shop/docs/deep"
echo '#' >"$shop/docs/deep/README.md"
commit "$shop" 'Write it down'
head=$(short "$shop")

# What is asked for wrongly is said before anything is done.
for wrong in '' 'api' 'api huge' 'api patch more' 'api patch --fast' 'api patch -- --push' 'api patch -- -t x' 'api patch --platform'; do
  # shellcheck disable=SC2086  # words
  deploy "$shop" $wrong
  equal "ecr-deploy $wrong: exit code" 2 "$code"
  holds "ecr-deploy $wrong" "$err" '--help says how'
done
deploy "$shop" --help
equal 'help: exit code' 0 "$code"
holds 'help' "$out" 'usage: ecr-deploy.sh APP patch|minor|major|auto'
deploy "$shop" wep patch
equal 'no such app: exit code' 2 "$code"
holds 'no such app' "$err" 'no app is called "wep"'

# A dry run says everything and changes nothing, the missing repository included.
in_ecr dump >"$folder/before"
deploy "$shop" api minor --dry-run -- --build-arg 'who=me & you'
equal 'dry run: exit code' 0 "$code"
for part in 'would call ecr:CreateRepository api' "would run: $engine login $registry" \
  'would run: docker build --tag' '--build-arg who=me\ \&\ you api' 'would run: docker push' \
  'would call ecr:PutImage api: tag 1.0.0 on the pushed image' \
  "would call ecr:PutImage api: tag 1.0.0-$head on the pushed image" \
  'would call ecr:PutImage api: tag latest on the pushed image' 'would call ecr:BatchDeleteImage api: the tag try-'; do
  holds 'dry run' "$err" "$part"
done
in_ecr dump | diff "$folder/before" - || die 'dry run: the registry is another'
equal 'dry run: no image was built' '' "$(docker images -q "$registry/api")"

# The first deployment, from deep inside, creates the repository.
deploy "$shop/docs/deep" api minor
equal 'first: exit code' 0 "$code"
equal 'first: references' "$(printf '%s\n' "$registry/api:1.0.0" "$registry/api:1.0.0-$head" "$registry/api:latest")" "$out"
equal 'first: tags' "1.0.0 1.0.0-$head latest" "$(tags api)"
equal 'first: the repository' 'IMMUTABLE_WITH_EXCLUSION latest sha256-*' \
  "$(in_ecr dump | jq -r '.[0] | "\(.mutability) \([.exclusions[].filter] | join(" "))"')"
DOCKER_CONFIG=$folder/docker-config docker pull -q "$registry/api:1.0.0" >/dev/null || die 'first: the image cannot be pulled'
labels=$(docker image inspect -f '{{json .Config.Labels}}' "$registry/api:1.0.0")
equal 'first: its commit is a label' "$(head_of "$shop")" "$(jq -r '."org.opencontainers.image.revision"' <<<"$labels")"
equal 'first: its version is none' null "$(jq -r '."org.opencontainers.image.version"' <<<"$labels")"
case $err in *AWS:* | *eyJ*) die "first: a secret was printed: $err" ;; esac

# Again: nothing is built, nothing changes.
in_ecr dump >"$folder/before"
for bump in auto patch; do
  deploy "$shop" api $bump
  equal "again, $bump: exit code" 0 "$code"
  holds "again, $bump" "$err" "is released as 1.0.0 already: nothing to build"
done
in_ecr dump | diff "$folder/before" - || die 'again: the registry is another'

# Not affected: only a bump of its own deploys it.
echo more >>"$shop/docs/deep/README.md"
commit "$shop" 'Write more'
deploy "$shop" api auto
equal 'auto, unchanged: exit code' 0 "$code"
holds 'auto, unchanged' "$err" 'api: nothing to do (unchanged)'
deploy "$shop" api patch
equal 'patch, unchanged: exit code' 0 "$code"
equal 'patch, unchanged' "$registry/api:1.0.1" "$(head -1 <<<"$out")"

# A tree that is not the commit is refused, where the app is built from it.
change "$shop" 'Search [minor]'
echo 'not me' >"$shop/docs/note"
echo new >"$shop/api/new.txt"
cp "$shop/api/main.txt" "$folder/main.txt"
echo changed >>"$shop/api/main.txt"
deploy "$shop" api auto
equal 'dirty: exit code' 1 "$code"
holds 'dirty: the paths' "$err" "$(printf '  api/main.txt\n  api/new.txt\n')"
case $err in *docs/note*) die 'dirty: a path that does not count is named' ;; esac
equal 'dirty: nothing was released' "1.0.0 1.0.1" "$(versions api)"
deploy "$shop" api auto --allow-dirty
equal 'dirty, allowed: exit code' 0 "$code"
equal 'dirty, allowed: no commit tag' "$(printf '%s\n' "$registry/api:1.1.0" "$registry/api:latest")" "$out"
rm "$shop/api/new.txt"
cp "$folder/main.txt" "$shop/api/main.txt"
# A terminal is told what happens and how long each step took, and asks nothing.
code=0
(cd "$shop" && env -u GITHUB_ACTIONS "${aws_environment[@]}" "${deploy_environment[@]}" "$PYTHON" -c \
  'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))' \
  "$root/scripts/ecr-deploy.sh" api auto) >"$folder/terminal" 2>&1 </dev/null || code=$?
equal 'clean again: exit code' 0 "$code"
holds 'clean again' "$(cat "$folder/terminal")" "$registry/api:1.2.0"
holds 'on a terminal: what' "$(cat "$folder/terminal")" "api: 1.1.0 → 1.2.0, from commit $(short "$shop") into $registry/api"
equal 'on a terminal: how long' '5' "$(grep -cE '    took [0-9]+ s' "$folder/terminal")"

# An older commit is superseded.
git -C "$shop" checkout -q HEAD~1
in_ecr dump >"$folder/before"
deploy "$shop" api patch --force --dry-run
holds 'forced dry run' "$err" 'tag 1.2.1 on'
git -C "$shop" checkout -q main
change "$shop" 'Overtaken'
change "$shop" 'Overtakes'
deploy "$shop" api auto
git -C "$shop" checkout -q HEAD~1
deploy "$shop" api patch
equal 'superseded: exit code' 0 "$code"
holds 'superseded' "$err" 'is released as 1.2.1: nothing to do'
git -C "$shop" checkout -q main

# An index made by hand, of images pushed one by one, whose tags ECR keeps as
# long as an index lists them.
change "$shop" 'For two machines'
commit_label="org.opencontainers.image.revision=$(head_of "$shop")"
ecr_version "$shop" login --print-password
registry_api() { curl -sSf --max-time 20 -u "AWS:$(cat "$folder/out")" "$@"; }
image_type=application/vnd.docker.distribution.manifest.v2+json
list_type=application/vnd.docker.distribution.manifest.list.v2+json
for machine in amd64 arm64; do
  docker build -q --label "$commit_label" --label "machine=$machine" -t "$registry/api:by-hand-$machine" "$shop/api" >/dev/null 2>&1
  digest=$(DOCKER_CONFIG=$folder/docker-config docker push "$registry/api:by-hand-$machine" | sed -n 's/.*digest: \(sha256:[0-9a-f]*\) .*/\1/p')
  size=$(registry_api -H "Accept: $image_type" "http://$registry/v2/api/manifests/$digest" | wc -c)
  jq -n --arg digest "$digest" --arg machine "$machine" --arg type "$image_type" --argjson size "$size" \
    '{mediaType: $type, $digest, $size, platform: {os: "linux", architecture: $machine}}'
done | jq -s --arg type "$list_type" '{schemaVersion: 2, mediaType: $type, manifests: .}' >"$folder/index"
registry_api -X PUT -H "Content-Type: $list_type" --data-binary "@$folder/index" "http://$registry/v2/api/manifests/by-hand"
released "$shop" api --image "$registry/api:by-hand" --untag by-hand
equal 'by hand: tags' "1.2.2 1.2.2-$(short "$shop") latest" "$(field tags)"
equal 'by hand: an index of two' 2 "$(in_ecr dump | jq '.[0].images[] | select(.tags | index("1.2.2")) | .children | length')"
equal 'by hand: no other tag' 'by-hand-amd64 by-hand-arm64' "$(tags api | tr ' ' '\n' | grep by-hand | tr '\n' ' ' | sed 's/ $//')"
DOCKER_CONFIG=$folder/docker-config docker pull -q "$registry/api:1.2.2" >/dev/null || die 'by hand: it cannot be pulled'

# A build that fails leaves nothing behind.
printf 'FROM scratch\nCOPY nothing /\n' >"$shop/api/Dockerfile"
commit "$shop" 'Break it'
in_ecr dump >"$folder/before"
deploy "$shop" api patch
[ "$code" -ne 0 ] || die 'a broken build: exit code 0'
in_ecr dump | diff "$folder/before" - || die 'a broken build: the registry is another'
printf 'FROM scratch\nCOPY main.txt /\n' >"$shop/api/Dockerfile"
commit "$shop" 'Mend it'

# With buildx the image goes up by digest, and never has another tag.
with_buildx
deploy "$shop" api patch --platform linux/amd64
equal 'buildx: exit code' 0 "$code"
holds 'buildx: by digest' "$(cat "$folder/buildx")" \
  "buildx build --output type=image,name=$registry/api,push=true,push-by-digest=true,name-canonical=true --metadata-file"
holds 'buildx: its arguments' "$(cat "$folder/buildx")" ' --platform linux/amd64 '
holds 'buildx: no attestations' "$(cat "$folder/buildx")" ' --provenance=false --sbom=false '
equal 'buildx: tags' "$registry/api:1.2.3" "$(head -1 <<<"$out")"
case $(tags api) in *try-*) die "a tag of a try is left: $(tags api)" ;; esac
change "$shop"
deploy "$shop" api patch -- --provenance=mode=max
equal 'attestations on request: exit code' 0 "$code"
case $(tail -1 "$folder/buildx") in *--provenance=false*) die 'attestations on request: refused' ;; esac
equal 'temporary folders left' '' "$(find "$folder/tmp" -name 'ecr-deploy.*')"
