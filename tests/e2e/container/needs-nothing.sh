#!/usr/bin/env bash
# The program needs no writable file system, no capability but the one that
# lets root write the runner's files, and none of the job's own environment.
. "$(dirname "$0")/../support.sh"

start_ecr
released_shop
give_to_runner "$folder/shop"

as_runner --image "$ECR_VERSION_IMAGE" --workspace "$folder/shop" --docker-option=--network=host \
  --docker-option=--read-only --docker-option=--cap-drop=ALL --docker-option=--cap-add=DAC_OVERRIDE \
  --docker-option=--security-opt=no-new-privileges
[ "$code" -eq 0 ] || { cat "$folder/log"; die "read-only, no capabilities: exit code $code"; }
equal 'version, read-only' 1.3.0 "$(output version)"

# Earlier steps' variables name paths of the host, which are not mounted.
as_runner --image "$ECR_VERSION_IMAGE" --workspace "$folder/shop" --docker-option=--network=host \
  --env PATH=/opt/hostedtoolcache/bin --env LD_LIBRARY_PATH=/opt/hostedtoolcache/lib \
  --env SSL_CERT_FILE=/opt/hostedtoolcache/cert.pem --env TMPDIR=/opt/hostedtoolcache/tmp
[ "$code" -eq 0 ] || { cat "$folder/log"; die "host paths in the environment: exit code $code"; }
equal 'version, host paths' 1.3.0 "$(output version)"

# A path below the workspace is translated by the runner; a list is not.
as_runner --image "$ECR_VERSION_IMAGE" --workspace "$folder" --docker-option=--network=host \
  --input working-directory="$folder/shop"
[ "$code" -eq 0 ] || { cat "$folder/log"; die "translated path: exit code $code"; }
equal 'version, translated path' 1.3.0 "$(output version)"
