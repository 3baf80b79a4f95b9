#!/usr/bin/env bash
# The image, run as the runner runs it: the workspace belongs to another user,
# the outputs are all there, and nothing in the workspace has changed.
. "$(dirname "$0")/../support.sh"

start_ecr
released_shop latest
head=$(git -C "$folder/shop" rev-parse HEAD)
give_to_runner "$folder/shop"
listing() { find "$folder/shop" -printf '%p %M %U %s %T@\n' | sort; }
listing >"$folder/before"

as_runner --image "$ECR_VERSION_IMAGE" --workspace "$folder/shop" --docker-option=--network=host
[ "$code" -eq 0 ] || { cat "$folder/log"; die "exit code $code"; }

equal affected '["api"]' "$(output affected)"
equal any-affected true "$(output any-affected)"
equal version 1.3.0 "$(output version)"
equal previous-version 1.2.3 "$(output previous-version)"
equal bump minor "$(output bump)"
equal tag-names "1.3.0
1.3.0-${head:0:7}
latest" "$(output tag-names)"
equal tags "$registry/shop-api:1.3.0
$registry/shop-api:1.3.0-${head:0:7}
$registry/shop-api:latest" "$(output tags)"
equal 'apps of the matrix' api "$(output matrix | jq -r '.include[].app')"
holds summary "$(cat "$folder/summary.md")" 1.3.0

listing | diff "$folder/before" - || die "the workspace has changed"
[ -z "$(find "$folder/shop" -uid 0 -print -quit)" ] || [ "$(id -u)" -ne 0 ] || die "root owns files in the workspace"
