#!/usr/bin/env bash
# `init` writes scripts/ecr-deploy.sh as it stands here, to be run at once, and
# not over a file.
# shellcheck source=support.sh
. "$(dirname "$0")/support.sh"

shop=$folder/shop
git init -q -b main "$shop"
mkdir "$shop/api"
printf 'FROM scratch\n' >"$shop/api/Dockerfile"
commit "$shop" 'Start'
(cd "$shop" && "${ECR_VERSION:-$root/build/ecr-version}" init) >"$folder/out"
holds init "$(cat "$folder/out")" 'wrote scripts/ecr-deploy.sh'
cmp "$root/scripts/ecr-deploy.sh" "$shop/scripts/ecr-deploy.sh" || die 'it is another file'
[ -x "$shop/scripts/ecr-deploy.sh" ] || die 'it cannot be run'
echo mine >"$shop/scripts/ecr-deploy.sh"
(cd "$shop" && "${ECR_VERSION:-$root/build/ecr-version}" init) >"$folder/out"
holds 'init again' "$(cat "$folder/out")" 'kept scripts/ecr-deploy.sh'
equal 'init again: the file' mine "$(cat "$shop/scripts/ecr-deploy.sh")"
