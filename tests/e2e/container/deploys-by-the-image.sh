#!/usr/bin/env bash
# ecr-deploy.sh where no ecr-version is installed: the published image decides,
# by `docker run`, in a linked work tree and with the user's own files. Nothing
# else is needed but git and what every Unix has: no jq, no aws, no curl.
# shellcheck source=../support.sh
. "$(dirname "$0")/../support.sh"
# shellcheck source=../support/deploying.sh
. "$(dirname "$0")/../support/deploying.sh"
# shellcheck source=../support/docker.sh
. "$(dirname "$0")/../support/docker.sh"
# shellcheck disable=SC2154  # out, err, code and registry are set by the support files

engine=
need_engine
start_ecr
shop=$folder/shop
one_app "$shop" 'missing-repository: create'
git -C "$shop" worktree add -q "$folder/linked"
change "$folder/linked"
head=$(short "$folder/linked")
mkdir "$folder/home" "$folder/tools"
for tool in bash cat date git grep head id mktemp rm sed tail tee tr uname; do
  ln -s "$(command -v "$tool")" "$folder/tools/$tool"
done
deploy_environment+=(ECR_VERSION= ECR_VERSION_IMAGE="$ECR_VERSION_IMAGE" HOME="$folder/home"
  PATH="$folder/bin:$folder/tools")

deploy "$folder/linked" api patch
[ "$code" -eq 0 ] || die "exit code $code: $err"
equal 'references' "$(printf "$registry/api:%s\n" 1.0.0 "1.0.0-$head" latest)" "$out"
equal 'tags' "1.0.0 1.0.0-$head latest" "$(tags api)"
deploy "$folder/linked" api patch
equal 'again: exit code' 0 "$code"
holds 'again' "$err" 'is released as 1.0.0 already'
echo more >>"$folder/linked/api/main.txt"
deploy "$folder/linked" api patch --dry-run
equal 'dirty: exit code' 1 "$code"
holds 'dirty' "$err" '  api/main.txt'

# Whose image that is, nobody can know but the user.
deploy_environment+=(ECR_VERSION_IMAGE=)
deploy "$folder/linked" api patch --allow-dirty
equal 'no engine: exit code' 1 "$code"
equal 'no engine' "error: there is no ecr-version here: put a release's ecr-version-linux-amd64 on PATH as ecr-version, or name its image: ECR_VERSION_IMAGE=ghcr.io/<owner of ecr-version-action>/ecr-version-action:v1" "$err"
