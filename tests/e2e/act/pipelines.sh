#!/usr/bin/env bash
# The workflows of examples/ and the README's, as they are, under act: real
# builds, real pushes into the local ECR, a role by OIDC and no key anywhere,
# checkouts one commit deep. Each example runs twice, and the second run finds
# everything released; then one app changes, and it alone is built.
# shellcheck source=../support.sh
. "$(dirname "$0")/../support.sh"
# shellcheck source=../support/deploying.sh
. "$(dirname "$0")/../support/deploying.sh"
# shellcheck source=../support/docker.sh
. "$(dirname "$0")/../support/docker.sh"
# shellcheck source=support.sh
. "$(dirname "$0")/support.sh"
# shellcheck disable=SC2154  # registry, code and ecr are set by the support files

need_engine
on_hosts
# The image that ecr-deploy.yml names.
published=$(sed -n 's/^ *ECR_VERSION_IMAGE: *//p' "$folder/examples/ecr-deploy.yml")
remove_published() { docker rmi "$published" >/dev/null; }
docker tag "$ECR_VERSION_IMAGE" "$published"
at_end+=(remove_published)

# push_to_main WORKFLOW: one run, which must end well.
push_to_main() {
  run_act "$shop" --env GITHUB_REPOSITORY="octo-org/${shop##*/}" -W "$folder/examples/$1"
  [ "$code" -eq 0 ] || { tail -80 "$folder/act.log"; die "$1: act: exit code $code"; }
}
# labels APP TAG: what `docker inspect` shows of the image in the registry.
labels() {
  docker rmi -f "$registry/$1:$2" >/dev/null 2>&1 || true
  DOCKER_CONFIG=$folder/.docker docker pull -q "$registry/$1:$2" >/dev/null
  docker image inspect -f '{{json .Config.Labels}}' "$registry/$1:$2" | jq -cS .
}
# expected_labels APP VERSION
expected_labels() {
  jq -cnS --arg title "$1" --arg version "$2" --arg source "$git_server/octo-org/${shop##*/}" --arg revision "$(head_of "$shop")" '
    {title: $title, url: $source, source: $source, version: $version, created: "2026-01-02T03:04:05.000Z", revision: $revision}
    | with_entries(select(.value != "") | .key |= "org.opencontainers.image." + .)'
}

# pipeline WORKFLOW VERSION-IN-LABELS APP...
pipeline() {
  local began=$SECONDS
  local workflow=$1 in_labels=$2 app version
  shift 2
  in_ecr reset >/dev/null
  for app in "$@"; do in_ecr repo "$app" --mutability IMMUTABLE --exclude latest >/dev/null; done

  push_to_main "$workflow"
  for app in "$@"; do
    equal "$workflow: first run: tags of $app" "0.0.1 0.0.1-$(short "$shop") latest" "$(released_tags "$app")"
    version=
    [ "$in_labels" = no ] || version=0.0.1
    equal "$workflow: labels of $app" "$(expected_labels "$app" "$version")" "$(labels "$app" 0.0.1)"
  done
  equal "$workflow: its credentials are the role's" true \
    "$(in_ecr log --operation AssumeRoleWithWebIdentity | jq 'length > 0')"

  in_ecr dump >"$folder/before"
  push_to_main "$workflow"
  holds "$workflow: second run" "$(cat "$folder/act.log")" '::set-output:: already-released=true'
  holds "$workflow: second run: it is said" "$(said)" 'this commit is released as 0.0.1'
  in_ecr dump | diff "$folder/before" - || die "$workflow: the second run changed the registry"
  case $(cat "$folder/act.log") in *'[deploy/build'* | *'Main Build and push'*) die "$workflow: built again" ;; esac
  echo "$workflow: $((SECONDS - began)) s"
}
digest_of() { in_ecr dump | jq -r --arg app "$1" --arg tag "$2" '.[] | select(.name == $app) | .images[] | select(.tags | index($tag)) | .digest'; }
released_tags() { tags "$1" | tr ' ' '\n' | grep -v '^by-digest-' | tr '\n' ' ' | sed 's/ $//'; }

start_hosts
shop=$folder/git/octo-org/shop
git init -q -b main "$shop"
mkdir -p "$shop"/apps/{backend,web} "$shop/libs" "$shop/scripts"
printf 'FROM scratch AS base\nCOPY main.txt /\nFROM base\n' >"$shop/apps/backend/Dockerfile"
printf 'FROM scratch\nCOPY libs /libs\nCOPY apps/web/main.txt /\n' >"$shop/apps/web/Dockerfile"
echo one | tee "$shop/apps/backend/main.txt" "$shop/libs/shared.txt" >"$shop/apps/web/main.txt"
cp "$root/scripts/ecr-deploy.sh" "$shop/scripts/"
commit "$shop" 'Start the shop'

pipeline affected-apps.yml yes backend web
# One app changes: it alone is built, from what the checkout did not bring.
echo two >"$shop/apps/backend/main.txt"
commit "$shop" 'Answer faster'
push_to_main README.yml
equal 'README: one changed' "0.0.2 0.0.2-$(short "$shop") latest" "$(tags backend "$(digest_of backend 0.0.2)")"
equal 'README: its labels' "$(expected_labels backend 0.0.2)" "$(labels backend 0.0.2)"
equal 'README: the other did not' '0.0.1' "$(versions web)"

pipeline ecr-deploy.yml no backend web
echo two >"$shop/libs/shared.txt"
commit "$shop" 'Share more'
push_to_main ecr-deploy.yml
equal 'ecr-deploy.yml: one changed' '0.0.1 0.0.2' "$(versions web)"
equal 'ecr-deploy.yml: the other did not' '0.0.1' "$(versions backend)"

pipeline release-by-digest.yml yes backend web

shop=$folder/git/octo-org/backend
git init -q -b main "$shop"
printf 'FROM scratch\nCOPY main.txt /\n' >"$shop/Dockerfile"
echo one >"$shop/main.txt"
commit "$shop" 'Start the backend'
pipeline single-app.yml yes backend
