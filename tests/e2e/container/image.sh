#!/usr/bin/env bash
# What is in the image: one hardened static program and the certificate
# authorities, at most 6 MB to pull, run by root at an absolute path.
. "$(dirname "$0")/../support.sh"

inspect() { docker image inspect -f "$1" "$ECR_VERSION_IMAGE"; }
equal 'entry point' '["/usr/bin/ecr-version"]' "$(inspect '{{json .Config.Entrypoint}}')"
equal user '' "$(inspect '{{.Config.User}}')"

container=$(docker create "$ECR_VERSION_IMAGE")
mkdir "$folder/image"
docker export "$container" | tar -x -C "$folder/image"
docker rm "$container" >/dev/null

# The engine adds its own empty files and folders to every container.
files=$(cd "$folder/image" && find . -type f -size +0 | sort)
equal 'files' './etc/nsswitch.conf
./etc/ssl/certs/ca-certificates.crt
./usr/bin/ecr-version' "$files"
equal 'mode of /tmp' 1777 "$(stat -c %a "$folder/image/tmp")"

size=$(docker save "$ECR_VERSION_IMAGE" | gzip -9 | wc -c)
echo "compressed: $size bytes"
[ "$size" -le 6000000 ] || die "the image has $size bytes compressed, more than 6,000,000"

"$root/scripts/check-hardening.sh" "$folder/image/usr/bin/ecr-version" static

version=$(docker run --rm "$ECR_VERSION_IMAGE" --version)
holds '--version' "$version" "$(sed -n 's/^project(ecr_version VERSION \([0-9.]*\).*/\1/p' "$root/CMakeLists.txt")"
