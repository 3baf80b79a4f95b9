#!/usr/bin/env bash
# Sourced by the tests of ecr-deploy.sh: a real engine, with a place in front
# of it where the tests can watch, hold and stand for buildx.
# shellcheck disable=SC2154,SC2034  # variables pass between this and its users

need_engine() {
  docker info >/dev/null 2>&1 || skip 'no Docker engine answers'
  at_end+=(remove_images)
  docker_program=$(command -v docker)
  mkdir -p "$folder/bin" "$folder/docker-config" "$folder/tmp"
  deploy_environment=(PATH="$folder/bin:$PATH" DOCKER_CONFIG="$folder/docker-config" ECR_VERSION="$engine"
    TMPDIR="$folder/tmp")
  # The engine's own builder, whatever plugins this machine has.
  cat >"$folder/bin/docker" <<SH
#!/bin/sh
[ "\$1" != buildx ] || exit 1
exec $docker_program "\$@"
SH
  chmod +x "$folder/bin/docker"
}

# remove_images: those that were built for this test's registry, and their parents.
remove_images() {
  local images
  [ -n "${registry:-}" ] || return 0
  images=$(docker images --filter "reference=$registry/*" --format '{{.Repository}}:{{.Tag}}')
  # shellcheck disable=SC2086  # one word an image
  [ -z "$images" ] || docker rmi -f $images >/dev/null
}

# deploy DIR ARGUMENT...: scripts/ecr-deploy.sh; sets `code`, `out` and `err`.
deploy() {
  local dir=$1
  shift
  code=0
  (cd "$dir" && env -u GITHUB_ACTIONS "${aws_environment[@]}" "${deploy_environment[@]}" \
    "$root/scripts/ecr-deploy.sh" "$@") >"$folder/out" 2>"$folder/err" </dev/null || code=$?
  out=$(cat "$folder/out")
  err=$(cat "$folder/err")
}

# Stands for buildx with a builder that pushes by digest: what it is asked goes
# into $folder/buildx; the engine builds, and needs a tag (shim-…) to push.
with_buildx() {
  cat >"$folder/bin/docker" <<SH
#!/usr/bin/env bash
set -euo pipefail
[ "\$1" = buildx ] || exec $docker_program "\$@"
case \$2 in
  version) echo 'github.com/docker/buildx v0.0.0 (a stand-in)' ;;
  inspect) printf 'Name:   test\nDriver: docker-container\n' ;;
  build)
    printf '%s\n' "\$*" >>"$folder/buildx"
    shift 2
    arguments=()
    while [ \$# -gt 0 ]; do
      case \$1 in
        --output) name=\${2#*name=} name=\${name%%,*}; shift ;;
        --metadata-file) metadata=\$2; shift ;;
        --provenance=* | --sbom=*) ;;
        --platform) shift ;;
        *) arguments+=("\$1") ;;
      esac
      shift
    done
    tag=shim-\$RANDOM\$RANDOM
    $docker_program build -q -t "\$name:\$tag" "\${arguments[@]}" >/dev/null
    digest=\$($docker_program push "\$name:\$tag" | sed -n 's/.*digest: \(sha256:[0-9a-f]*\) .*/\1/p')
    printf '{\n  "containerimage.config.digest": "sha256:00",\n  "containerimage.digest": "%s"\n}\n' "\$digest" >"\$metadata"
    ;;
esac
SH
}
