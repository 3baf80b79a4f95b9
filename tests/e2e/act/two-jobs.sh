#!/usr/bin/env bash
# The README's workflow under act: `uses: ./` builds the action's image from the
# Dockerfile, one job's outputs become the other's matrix, and a later step
# reads the tags. The repository is this one's action beside two sample apps.
# scripts/release.sh plays it with a release's action, whose image is pulled:
# ECR_VERSION_RELEASE names it by digest.
# shellcheck source=../support.sh
. "$(dirname "$0")/../support.sh"
# shellcheck source=support.sh
. "$(dirname "$0")/support.sh"

start_ecr
monorepo "$folder/shop"
add_action "$folder/shop"
mkdir -p "$folder/shop/.github/workflows"
# act names its containers after the workflow, and both may run at once.
sed "s/^name: .*/name: deploy${ECR_VERSION_RELEASE:+ by a release}/" "$here/act/workflow.yml" \
  >"$folder/shop/.github/workflows/deploy.yml"
commit "$folder/shop" 'Deploy with the action [skip release]'
first=$(git -C "$folder/shop" rev-parse HEAD~2)
head=$(git -C "$folder/shop" rev-parse HEAD)
seed shop-api 1.2.3 "1.2.3-${first:0:7}" latest
seed shop-web 0.4.0 "0.4.0-${first:0:7}" latest

run_act "$folder/shop"
[ "$code" -eq 0 ] || { tail -80 "$folder/act.log"; die "act: exit code $code"; }
log=$(said)
holds 'decision' "$log" 'DECIDED=api changed 1.3.0'
holds 'decision' "$log" 'DECIDED=web unchanged 0.4.0'
for tag in 1.3.0 "1.3.0-${head:0:7}" latest; do
  holds 'tags of the first job' "$log" "TAG=$registry/shop-api:$tag"
  holds 'tags in the matrix job' "$log" "BUILD=api $registry/shop-api:$tag"
done
case $log in *BUILD=web*) die 'web was built, and had not changed' ;; esac

if [ -n "${ECR_VERSION_RELEASE:-}" ]; then
  holds 'the image is pulled' "$(cat "$folder/act.log")" "docker pull image=$ECR_VERSION_RELEASE"
  holds 'the image is run' "$(cat "$folder/act.log")" "docker create image=$ECR_VERSION_RELEASE"
  case $(cat "$folder/act.log") in *'docker build'*) die 'something was built' ;; esac
fi

# Nothing left to do: the second job does not run, and nothing fails.
seed shop-api 1.3.0 "1.3.0-${head:0:7}" latest
run_act "$folder/shop"
[ "$code" -eq 0 ] || { tail -80 "$folder/act.log"; die "act, second run: exit code $code"; }
holds 'second run' "$(said)" 'DECIDED=api already-released 1.3.0'
case $(said) in *BUILD=*) die 'something was built twice' ;; esac
