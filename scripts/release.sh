#!/usr/bin/env bash
# Makes a release, step by step; .github/workflows/release.yml calls the steps
# with the permissions each needs.
#
#   release.sh check VERSION             is the tree ready to be that version?
#   release.sh build DIST                both architectures: image, binaries,
#                                        checksums, list of components (SPDX)
#   release.sh push DIST IMAGE VERSION   pushes the image, prints its digest
#   release.sh commit VERSION IMAGE@DIGEST
#                                        commits an action.yml that names the
#                                        image by digest; prints the commit
#   release.sh floating VERSION          the tags that move: v1, v1.2
#   release.sh notes VERSION             that version's part of CHANGELOG.md
#   release.sh --dry-run                 all of it, into a registry on this
#                                        machine, and runs the result in act
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=packages.sh
. scripts/packages.sh
# shellcheck source=tools.sh
. scripts/tools.sh

architectures=(amd64 arm64)
project_version() { sed -n 's/^project(ecr_version VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt; }
# Every time in a release is the commit's, so that it can be made again.
epoch() { git log -1 --format=%ct; }

check() {
  local version=$1
  [ "$(project_version)" = "$version" ] || {
    say "CMakeLists.txt says $(project_version), not $version"
    return 1
  }
  [ -n "$(notes "$version")" ] || {
    say "CHANGELOG.md has nothing to say of $version"
    return 1
  }
}

notes() {
  awk -v heading="## $1" '
    index($0, heading) == 1 { inside = 1; next }
    inside && /^## / { exit }
    inside { print }' CHANGELOG.md | sed '/./,$!d'
}

floating() {
  local major=${1%%.*} rest=${1#*.}
  printf 'v%s\nv%s.%s\n' "$major" "$major" "${rest%%.*}"
}

build() {
  local dist=$1 architecture container folders=() other=() built
  built=$(mktemp -d)
  rm -rf "$dist"
  mkdir -p "$dist"
  for architecture in "${architectures[@]}"; do
    say "building for $architecture"
    # The machine's own architecture is the default, and already built.
    other=()
    [ "$architecture" = "$(docker version -f '{{.Server.Arch}}')" ] || other=(--build-arg "ARCH=$architecture")
    docker build -q --target program "${other[@]}" \
      --build-arg DEBIAN_PATCHES="${DEBIAN_PATCHES:-preferred}" \
      -t "ecr-version-program:$architecture" . >/dev/null
    container=$(docker create "ecr-version-program:$architecture")
    docker cp "$container:/build/image" "$built/$architecture" >/dev/null
    docker cp "$container:/build/components" "$built/$architecture.components" >/dev/null
    docker rm "$container" >/dev/null
    cp "$built/$architecture/usr/bin/ecr-version" "$dist/ecr-version-linux-$architecture"
    folders+=("$architecture=$built/$architecture")
  done

  # The entry point is the Dockerfile's own, so it is said once.
  docker build -q -t ecr-version-image:release . >/dev/null
  docker image inspect ecr-version-image:release | jq \
    --arg version "$(project_version)" --arg revision "$(git rev-parse HEAD)" '
    .[0].Config | {Entrypoint, Cmd, Labels: {
      "org.opencontainers.image.title": "ecr-version",
      "org.opencontainers.image.version": $version,
      "org.opencontainers.image.revision": $revision,
      "org.opencontainers.image.licenses": "Apache-2.0"}}' >"$built/config.json"
  python3 scripts/oci_image.py "$dist/image" --epoch "$(epoch)" \
    --config "$built/config.json" "${folders[@]}" >"$dist/digest"
  cat "$built"/*.components >"$built/components"
  python3 scripts/sbom.py --version "$(project_version)" --epoch "$(epoch)" \
    "$built/components" >"$dist/ecr-version.spdx.json"
  (cd "$dist" && sha256sum ecr-version-linux-* ecr-version.spdx.json >SHA256SUMS)
  rm -rf "$built"
}

push() {
  local dist=$1 image=$2 version=$3 options=()
  need_packages skopeo
  case $image in
    127.0.0.1:*) options=(--dest-tls-verify=false) ;;
  esac
  skopeo copy --quiet --all --preserve-digests "${options[@]}" \
    "oci:$dist/image" "docker://$image:$version" >&2
  cat "$dist/digest"
}

# A commit on top of HEAD, made without touching the work tree or the branch.
commit() {
  local version=$1 image=$2 index blob tree
  index=$(mktemp -u)
  export GIT_INDEX_FILE=$index
  git read-tree HEAD
  blob=$(git show HEAD:action.yml |
    sed "s|^\( *image:\) .*|\1 docker://$image|" | git hash-object -w --stdin)
  git update-index --cacheinfo "100644,$blob,action.yml"
  tree=$(git write-tree)
  rm -f "$index"
  unset GIT_INDEX_FILE
  GIT_AUTHOR_NAME=${GIT_AUTHOR_NAME:-release} GIT_AUTHOR_EMAIL=${GIT_AUTHOR_EMAIL:-release@users.noreply.github.com} \
    GIT_COMMITTER_NAME=${GIT_COMMITTER_NAME:-release} GIT_COMMITTER_EMAIL=${GIT_COMMITTER_EMAIL:-release@users.noreply.github.com} \
    git commit-tree "$tree" -p HEAD -m "Release $version

action.yml names the image by digest: a job pulls it and builds nothing."
}

# Starts Debian's registry on a free port; sets registry_pid and registry.
start_registry() { # FOLDER
  need_packages docker-registry
  local port
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  registry="127.0.0.1:$port"
  cat >"$1/registry.yml" <<YAML
version: 0.1
log: {level: error}
storage: {filesystem: {rootdirectory: $1/registry}}
http: {addr: "$registry"}
YAML
  docker-registry serve "$1/registry.yml" >"$1/registry.log" 2>&1 &
  registry_pid=$!
  local _
  for _ in $(seq 100); do
    ! curl -sf --max-time 5 "http://$registry/v2/" >/dev/null || return 0
    sleep 0.1
  done
  cat "$1/registry.log" >&2
  say 'the local registry did not start'
  return 1
}

dry_run() {
  local folder reason digest image commit
  folder=$(mktemp -d)
  # shellcheck disable=SC2064  # the folder as it is now
  trap "[ -z \"\${registry_pid:-}\" ] || kill \"\$registry_pid\" 2>/dev/null; rm -rf '$folder'" EXIT
  need_packages git jq curl
  need_python
  reason=$(need_act) || {
    say "act is needed: $reason"
    return 1
  }
  PATH="$PWD/build/tools:$PATH"

  check "$(project_version)"
  build "$folder/dist"
  arm64 "$folder/dist/ecr-version-linux-arm64"
  local architecture
  for architecture in "${architectures[@]}"; do
    scripts/check-hardening.sh "$folder/dist/ecr-version-linux-$architecture" static >"$folder/hardening" ||
      { cat "$folder/hardening" >&2 && return 1; }
  done

  start_registry "$folder"
  image=$registry/ecr-version-action
  digest=$(push "$folder/dist" "$image" "$(project_version)")
  say "pushed $image@$digest"
  sizes "$image"

  commit=$(commit "$(project_version)" "$image@$digest")
  mkdir "$folder/action"
  git archive "$commit" | tar -x -C "$folder/action"
  say "$(grep -E '^ *image:' "$folder/action/action.yml")"
  ECR_VERSION_ACTION="$folder/action" ECR_VERSION_EXPECT_PULL="$image@$digest" \
    bash tests/e2e/act/two-jobs.sh
  say 'the release works in act; its tags would be:'
  printf 'v%s\n' "$(project_version)"
  floating "$(project_version)"
}

# The other architecture's program runs, by emulation.
arm64() {
  local qemu
  qemu=$(command -v qemu-aarch64 || command -v qemu-aarch64-static || true)
  if [ -z "$qemu" ]; then
    need_packages qemu-user
    qemu=$(command -v qemu-aarch64)
  fi
  say "arm64: $("$qemu" "$1" --version)"
}

# What a job pulls: the layers' sizes as the registry has them.
sizes() {
  local architecture
  for architecture in "${architectures[@]}"; do
    skopeo inspect --tls-verify=false --override-arch "$architecture" --raw \
      "docker://$1@$(skopeo inspect --tls-verify=false --raw "docker://$1:$(project_version)" |
        jq -r --arg a "$architecture" '.manifests[] | select(.platform.architecture == $a).digest')" |
      jq -r --arg a "$architecture" '"release: \($a): \([.layers[].size] | add) bytes in \(.layers | length) layer(s)"' >&2
  done
}

case ${1:-} in
  check | build | push | commit | floating | notes) "$@" ;;
  --dry-run) dry_run ;;
  *)
    sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"
    exit 2
    ;;
esac
