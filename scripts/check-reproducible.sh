#!/usr/bin/env bash
# Builds the image's program twice from one commit, the second time from
# another folder and without the cache, and compares every byte; then packs
# both and compares the images' digests.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

build() { # NAME ARGUMENT...: into $folder/NAME
  local name=$1 container
  shift
  mkdir "$folder/source-$name"
  git archive HEAD | tar -x -m -C "$folder/source-$name"
  docker build -q --target program "$@" -t "ecr-version-reproducible:$name" "$folder/source-$name" >/dev/null
  container=$(docker create "ecr-version-reproducible:$name")
  docker cp "$container:/build/image" "$folder/$name" >/dev/null
  docker rm "$container" >/dev/null
  docker rmi "ecr-version-reproducible:$name" >/dev/null
}

build once
build again --build-arg REBUILD="$(date +%s%N)"
sha256sum "$folder"/{once,again}/usr/bin/ecr-version | sed "s|$folder/||"
cmp "$folder/once/usr/bin/ecr-version" "$folder/again/usr/bin/ecr-version"

echo '{"Entrypoint": ["/usr/bin/ecr-version"]}' >"$folder/config.json"
for name in once again; do
  python3 scripts/oci_image.py "$folder/layout-$name" --epoch "$(git log -1 --format=%ct)" \
    --config "$folder/config.json" "amd64=$folder/$name"
done >"$folder/digests"
[ "$(sort -u "$folder/digests" | wc -l)" -eq 1 ] || {
  echo "the images differ: $(paste -sd' ' "$folder/digests")"
  exit 1
}
diff -r "$folder/layout-once" "$folder/layout-again"
echo "two builds, one digest: $(head -1 "$folder/digests")"
