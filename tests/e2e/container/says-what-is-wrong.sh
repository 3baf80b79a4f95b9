#!/usr/bin/env bash
# Exit codes and the one ::error:: line: the runner prints none of its own for
# a container action that fails.
. "$(dirname "$0")/../support.sh"

start_ecr
monorepo "$folder/shop"
give_to_runner "$folder/shop"
errors() { grep -c '^::error' "$folder/log" || true; }

# shop-api does not exist, and the configuration names it.
as_runner --image "$ECR_VERSION_IMAGE" --workspace "$folder/shop" --docker-option=--network=host
equal 'exit code, missing repository' 1 "$code"
equal 'error lines, missing repository' 1 "$(errors)"
holds 'missing repository' "$(cat "$folder/log")" shop-api
equal 'outputs, missing repository' '{}' "$(jq -c . "$folder/outputs.json")"

as_runner --image "$ECR_VERSION_IMAGE" --workspace "$folder/shop" --docker-option=--network=host --input bump=huge
equal 'exit code, wrong input' 2 "$code"
equal 'error lines, wrong input' 1 "$(errors)"
holds 'wrong input' "$(cat "$folder/log")" bump

mkdir "$folder/empty"
as_runner --image "$ECR_VERSION_IMAGE" --workspace "$folder/empty" --sha 0000000000000000000000000000000000000000 \
  --docker-option=--network=host
equal 'exit code, no repository' 1 "$code"
equal 'error lines, no repository' 1 "$(errors)"
holds 'no repository' "$(cat "$folder/log")" checkout
