#!/usr/bin/env bash
# Makes a release, step by step; .github/workflows/release.yml calls the steps
# with the permissions each needs.
#
#   release.sh check VERSION             is the tree ready to be that version?
#   release.sh build DIST                both architectures: image, binaries,
#                                        checksums, list of components (SPDX)
#   release.sh push DIST IMAGE VERSION   pushes the image, prints its digest
#   release.sh public IMAGE@DIGEST       can anybody pull it?
#   release.sh commit VERSION IMAGE@DIGEST
#                                        commits an action.yml that names the
#                                        image by digest; prints the commit
#   release.sh floating VERSION          the tags that move to it: v1, v1.2
#   release.sh notes VERSION             that version's part of CHANGELOG.md
#   release.sh --dry-run [ARCHITECTURE...]
#                                        all of it, into a registry on this
#                                        machine, and runs the result in act;
#                                        build/release keeps what was made
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

# A fix of an older line takes no tag back from a newer release.
floating() {
  local line newest
  for line in "${1%%.*}" "${1%.*}"; do
    newest=$({ git tag --list "v$line.*" && echo "v$1"; } |
      grep -E '^v[0-9]+\.[0-9]+\.[0-9]+$' | sort -V | tail -1)
    [ "$newest" != "v$1" ] || echo "v$line"
  done
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
      --build-arg NEWEST_SOURCE="${NEWEST_SOURCE:-preferred}" \
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

# of_registry OPERATION ARGUMENT...: skopeo; plain http to this machine only.
of_registry() {
  local operation=$1 insecure=()
  shift
  need_packages skopeo
  case ${*: -1} in
    docker://127.0.0.1:* | docker://localhost:*) insecure=(--tls-verify=false) ;;
  esac
  [ "$operation" = inspect ] || insecure=("${insecure[@]/#--/--dest-}")
  skopeo "$operation" "${insecure[@]}" "$@"
}

push() {
  local dist=$1 image=$2 version=$3
  of_registry copy --quiet --all --preserve-digests "oci:$dist/image" "docker://$image:$version" >&2
  cat "$dist/digest"
}

# A runner pulls before any login.
public() {
  of_registry inspect --no-creds --raw "docker://$1" >/dev/null || {
    say "not everybody can pull $1: make the package public (its settings on GitHub), then run this again"
    return 1
  }
}

# A commit on top of HEAD, made without touching the work tree or the branch;
# the same each time, so that a release which stopped can go on.
commit() {
  local version=$1 image=$2 blob
  GIT_INDEX_FILE=$(mktemp -u)
  export GIT_INDEX_FILE
  git read-tree HEAD
  blob=$(git show HEAD:action.yml |
    sed "s|^\( *image:\) .*|\1 docker://$image|" | git hash-object -w --stdin)
  git update-index --cacheinfo "100644,$blob,action.yml"
  GIT_AUTHOR_NAME=release GIT_AUTHOR_EMAIL=release@users.noreply.github.com GIT_AUTHOR_DATE="$(epoch) +0000" \
    GIT_COMMITTER_NAME=release GIT_COMMITTER_EMAIL=release@users.noreply.github.com GIT_COMMITTER_DATE="$(epoch) +0000" \
    git commit-tree "$(git write-tree)" -p HEAD -m "Release $version

action.yml names the image by digest: a job pulls it and builds nothing."
  rm -f "$GIT_INDEX_FILE"
  unset GIT_INDEX_FILE
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
  local out=$PWD/build/release version architecture image reason commit
  [ $# -eq 0 ] || architectures=("$@")
  version=$(project_version)
  need_packages git jq curl
  need_python
  reason=$(need_act) || {
    say "act is needed: $reason"
    return 1
  }
  PATH="$PWD/build/tools:$PATH"
  rm -rf "$out"
  mkdir -p "$out/action"

  check "$version"
  build "$out/dist"
  for architecture in "${architectures[@]}"; do
    scripts/check-hardening.sh "$out/dist/ecr-version-linux-$architecture" static |
      sed "s/^/release: $architecture: /" >&2
  done
  case " ${architectures[*]} " in *' arm64 '*) arm64 "$out" ;; esac

  trap '[ -z "${registry_pid:-}" ] || kill "$registry_pid"' EXIT
  start_registry "$out"
  image=$registry/ecr-version-action
  image=$image@$(push "$out/dist" "$image" "$version")
  public "$image"
  say "pushed $image"
  sizes "$image"

  commit=$(commit "$version" "$image")
  git archive "$commit" | tar -x -C "$out/action"
  say "$(grep docker:// "$out/action/action.yml")"
  ECR_VERSION_ACTION="$out/action" ECR_VERSION_RELEASE="$image" ACT_LOG="$out/act.log" \
    bash tests/e2e/act/two-jobs.sh
  # What act pulled for it.
  docker image rm "$image" >/dev/null
  say "the release works in act; its tags would be v$version $(floating "$version" | paste -sd' ')"
}

# The other architecture's program, by emulation: two deploys in a job.
arm64() { # FOLDER
  local qemu
  qemu=$(command -v qemu-aarch64 || command -v qemu-aarch64-static || true)
  if [ -z "$qemu" ]; then
    need_packages qemu-user
    qemu=$(command -v qemu-aarch64)
  fi
  printf '#!/bin/sh\nexec %s %s/dist/ecr-version-linux-arm64 "$@"\n' "$qemu" "$1" >"$1/arm64"
  chmod 755 "$1/arm64"
  say "arm64: $("$1/arm64" --version)"
  ECR_VERSION="$1/arm64" bash tests/e2e/release-in-a-job.sh >&2
  say 'arm64: tests/e2e/release-in-a-job.sh passes under qemu'
}

# What a job pulls: the layers' sizes as the registry has them.
sizes() { # IMAGE@DIGEST
  local architecture digest
  of_registry inspect --raw "docker://$1" |
    jq -r '.manifests[] | "\(.platform.architecture) \(.digest)"' |
    while read -r architecture digest; do
      of_registry inspect --raw "docker://${1%@*}@$digest" | jq -r --arg a "$architecture" \
        '"release: \($a): \([.layers[].size] | add) bytes in \(.layers | length) layer, \(.config.size) of configuration"' >&2
    done
}

case ${1:-} in
  check | build | push | public | commit | floating | notes) "$@" ;;
  --dry-run) dry_run "${@:2}" ;;
  *)
    sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"
    exit 2
    ;;
esac
