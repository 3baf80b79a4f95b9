#!/usr/bin/env bash
# ecr-deploy.sh with buildx and a builder that is not the engine's: the image
# goes up by digest and never has another tag than its released ones, for one
# platform and for two, which make an index.
# shellcheck source=../support.sh
. "$(dirname "$0")/../support.sh"
# shellcheck source=../support/deploying.sh
. "$(dirname "$0")/../support/deploying.sh"
# shellcheck source=../support/docker.sh
. "$(dirname "$0")/../support/docker.sh"
# shellcheck source=support.sh
. "$(dirname "$0")/support.sh"
# shellcheck disable=SC2154  # out, err, code and registry are set by the support files

need_engine
need_buildkitd
rm "$folder/bin/docker" # docker as it is, with a plugin
mkdir "$folder/docker-config/cli-plugins"
ln -s "$(command -v buildx)" "$folder/docker-config/cli-plugins/docker-buildx"
DOCKER_CONFIG=$folder/docker-config docker buildx create --name test --driver remote "$BUILDKIT_HOST" --use >/dev/null
start_ecr
shop=$folder/shop
one_app "$shop"
in_ecr repo api --mutability IMMUTABLE --exclude latest >/dev/null

deploy "$shop" api patch
[ "$code" -eq 0 ] || die "exit code $code: $err"
equal 'references' "$(printf "$registry/api:%s\n" 1.0.0 "1.0.0-$(short "$shop")" latest)" "$out"
equal 'tags' "1.0.0 1.0.0-$(short "$shop") latest" "$(tags api)"
equal 'nothing else was pushed' '1' "$(in_ecr dump | jq '.[0].images | length')"
DOCKER_CONFIG=$folder/docker-config docker pull -q "$registry/api:1.0.0" >/dev/null
equal 'its commit is a label' "$(head_of "$shop")" \
  "$(docker image inspect -f '{{index .Config.Labels "org.opencontainers.image.revision"}}' "$registry/api:1.0.0")"

change "$shop" 'For every machine [minor]'
deploy "$shop" api auto --platform linux/amd64,linux/arm64
[ "$code" -eq 0 ] || die "two platforms: exit code $code: $err"
equal 'two platforms: tags' "$registry/api:1.1.0" "$(head -1 <<<"$out")"
index=$(in_ecr dump | jq -c '.[0].images[] | select(.tags | index("1.1.0"))')
equal 'two platforms: an index of two' 2 "$(jq '.children | length' <<<"$index")"
equal 'two platforms: no other tag' "1.1.0 1.1.0-$(short "$shop") latest" \
  "$(tags api | tr ' ' '\n' | grep -v '^1.0.0' | tr '\n' ' ' | sed 's/ $//')"

# An attestation, on request alone, makes an index of an image.
change "$shop"
deploy "$shop" api patch -- --provenance=mode=min
[ "$code" -eq 0 ] || die "attestation: exit code $code: $err"
equal 'attestation: an index of image and attestation' 2 \
  "$(in_ecr dump | jq '.[0].images[] | select(.tags | index("1.1.1")) | .children | length')"

# Again: nothing is built, and a dry run says so much and does nothing.
in_ecr dump >"$folder/before"
deploy "$shop" api patch
holds 'again' "$err" 'is released as 1.1.1 already: nothing to build'
change "$shop"
deploy "$shop" api patch --dry-run
holds 'dry run' "$err" "would run: docker buildx build --output type=image\,name=$registry/api\,push=true\,push-by-digest=true"
in_ecr dump | diff "$folder/before" - || die 'the registry is another'
