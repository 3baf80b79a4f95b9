#!/usr/bin/env bash
# Builds what is in the image twice from one commit, the second time from
# another folder and from nothing, libraries and all, and compares every byte;
# then packs both and compares the images' digests.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

build() { # NAME OPTION...: into $folder/NAME
  local name=$1 container began=$SECONDS
  shift
  mkdir "$folder/source-$name"
  git archive HEAD | tar -x -m -C "$folder/source-$name"
  docker build -q --target program "$@" -t "ecr-version-reproducible:$name" "$folder/source-$name" >/dev/null
  echo "built $name in $((SECONDS - began)) s"
  container=$(docker create "ecr-version-reproducible:$name")
  docker cp "$container:/build/image" "$folder/$name" >/dev/null
  docker cp "$container:/build/components" "$folder/$name.components" >/dev/null
  docker rm "$container" >/dev/null
  docker rmi "ecr-version-reproducible:$name" >/dev/null
  python3 scripts/oci_image.py "$folder/layout-$name" --epoch "$(git log -1 --format=%ct)" \
    --config <(echo '{"Entrypoint": ["/usr/bin/ecr-version"]}') "amd64=$folder/$name" >"$folder/$name.digest"
}

build once
build again --no-cache
diff "$folder"/{once,again}.components || {
  echo 'the distribution gave other packages in between: build once more'
  exit 1
}
sha256sum "$folder"/{once,again}/usr/bin/ecr-version | sed "s|$folder/||"
cmp "$folder"/{once,again}/usr/bin/ecr-version
diff -r "$folder"/layout-{once,again}
echo "two builds, one digest: $(cat "$folder/again.digest")"
