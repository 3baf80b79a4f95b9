#!/usr/bin/env bash
# The steps of scripts/release.sh that need no engine, in a clone whose tags say
# that 1.3.0 and 2.0.1 are out.
# shellcheck source=support.sh
. "$(dirname "$0")/support.sh"

git clone -q --no-tags "file://$root" "$folder/clone" --depth 1
cp "$root"/scripts/{release,packages,tools}.sh "$folder/clone/scripts/"
cd "$folder/clone"
for tag in v1.2.3 v1.3.0 v2.0.1 v2 v1.3 v2.0.2-beta; do git tag "$tag"; done

floating() { scripts/release.sh floating "$1" | paste -sd' '; }
equal 'the newest moves both' 'v2 v2.1' "$(floating 2.1.0)"
equal 'a fix of the newest line too' 'v2 v2.0' "$(floating 2.0.2)"
equal 'a fix of an older line moves that line alone' v1.2 "$(floating 1.2.4)"
equal 'an older one moves nothing' '' "$(floating 1.2.2)"
equal 'numbers, not text' 'v1 v1.10' "$(floating 1.10.0)"

image=ghcr.io/octo-org/ecr-version-action@sha256:$(printf 0%.0s {1..64})
commit=$(scripts/release.sh commit 2.1.0 "$image")
equal 'it can be made again' "$commit" "$(scripts/release.sh commit 2.1.0 "$image")"
equal 'on top of HEAD' "$(git rev-parse HEAD)" "$(git rev-parse "$commit^")"
equal 'one line differs' "-  image: Dockerfile
+  image: docker://$image" "$(git diff -U0 HEAD "$commit" | grep '^[-+] ')"
equal 'no file of the work tree' '' "$(git status --porcelain -uno -- action.yml)"

version=$(sed -n 's/^project(ecr_version VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
scripts/release.sh check "$version" || die 'the version of this tree cannot be released'
code=0
said=$(scripts/release.sh check 9.9.9 2>&1) || code=$?
equal 'another version' "1 release: CMakeLists.txt says $version, not 9.9.9" "$code $said"
equal 'notes' 'The first release.' "$(scripts/release.sh notes 1.0.0 | head -1)"
