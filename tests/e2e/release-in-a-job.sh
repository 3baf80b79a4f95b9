#!/usr/bin/env bash
# The input `release` of the action: an image that is pushed gets its version,
# and the outputs name the release that HEAD carries, made now or before; of a
# superseded HEAD there are none. A missing repository is made immutable.
# shellcheck source=support.sh
. "$(dirname "$0")/support.sh"
# shellcheck source=support/deploying.sh
. "$(dirname "$0")/support/deploying.sh"
# shellcheck disable=SC2154  # code, engine and registry are set by the support files

start_ecr
shop=$folder/shop
one_app "$shop" 'missing-repository: create' 'floating-tags: [latest, major]'
head=$(short "$shop")
action() {
  local inputs=() pair
  for pair in "$@"; do inputs+=(--input "$pair"); done
  as_runner --program "$engine" --workspace "$shop" "${inputs[@]}"
}
needed() { [ "$code" -eq 0 ] || { cat "$folder/log"; die "$1: exit code $code"; }; }

# The plan's step makes the repository that is missing, once, and forecasts the
# tags that it can hold.
action app=api
needed 'plan'
equal 'plan: tags' "$(printf '%s\n' 1.0.0 "1.0.0-$head" latest)" "$(output tag-names)"
holds 'plan: major is left out' "$(cat "$folder/log")" '1 is left out: the repository'
equal 'plan: the repository' 'IMMUTABLE_WITH_EXCLUSION latest sha256-*' \
  "$(in_ecr dump | jq -r '.[0] | "\(.mutability) \([.exclusions[].filter] | join(" "))"')"
holds 'plan: it is said' "$(cat "$folder/log")" "created the repository $registry/api"

image=$(push api)
action app=api release="$image"
needed 'release'
equal 'release: tags' "$(printf "$registry/api:%s\n" 1.0.0 "1.0.0-$head" latest)" "$(output tags)"
equal 'release: outputs' "1.0.0  true []" \
  "$(output version) $(output previous-version) $(output already-released) $(output affected)"
equal 'release: ECR' "1.0.0 1.0.0-$head latest" "$(tags api "$image")"
holds 'release: the label' "$(output labels)" 'org.opencontainers.image.version=1.0.0'
holds 'release: the summary' "$(cat "$folder/summary.md")" 'is released as 1.0.0'

# Again, and forced: one version more, and the outputs name it.
action app=api release="$image"
needed 'again'
equal 'again' "1.0.0" "$(output version)"
other=$(push api)
change "$shop" 'Find [minor]'
action app=api release="$other" bump=auto
needed 'next'
equal 'next' '1.1.0 1.0.0 minor' "$(output version) $(output previous-version) $(output bump)"
action app=api release="$(push api)" force=true
needed 'forced'
equal 'forced' '1.1.1 1.1.0 patch []' "$(output version) $(output previous-version) $(output bump) $(output affected)"

# A superseded HEAD: no tags, and the newest version.
git -C "$shop" checkout -q --detach HEAD
change "$shop" 'Overtaken'
change "$shop" 'Overtakes'
action app=api release="$(push api)"
needed 'overtakes'
git -C "$shop" checkout -q HEAD~1
action app=api release="$(push api)"
needed 'superseded'
equal 'superseded' '1.1.2 ' "$(output version) $(output tags)"

# One app, and no pull request.
action release="$image"
equal 'no app: exit code' 2 "$code"
echo '{"pull_request": {"number": 1, "head": {"sha": "'"$(head_of "$shop")"'"}}}' >"$folder/event.json"
as_runner --program "$engine" --workspace "$shop" --input app=api --input release="$image" \
  --event-name pull_request --event "$folder/event.json"
equal 'pull request: exit code' 1 "$code"
holds 'pull request' "$(cat "$folder/log")" '::error::releasing api: this run is a preview'
equal 'pull request: no output' '{}' "$(jq -c . "$folder/outputs.json")"
