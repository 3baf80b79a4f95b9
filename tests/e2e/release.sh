#!/usr/bin/env bash
# `ecr-version release`, without Docker: a pushed image gets its version, once;
# a second run, an older commit, a foreign image and a backport end as they
# should; and a dry run changes nothing.
# shellcheck source=support.sh
. "$(dirname "$0")/support.sh"
# shellcheck source=support/deploying.sh
. "$(dirname "$0")/support/deploying.sh"
# shellcheck disable=SC2154  # out, err and code are set by ecr_version

start_ecr
shop=$folder/shop
one_app "$shop" 'floating-tags: [latest, major]'
in_ecr repo api --mutability IMMUTABLE --exclude latest --exclude 1 >/dev/null
first=$(short "$shop")

# A first release, and the dry run before it.
image=$(push api)
in_ecr dump >"$folder/before"
ecr_version "$shop" release api --image "$image" --dry-run
equal 'dry run: exit code' 0 "$code"
equal 'dry run: what it would do' "$(printf '%s\n' \
  "would call ecr:BatchGetImage api: $image" \
  "would call ecr:PutImage api: tag 1.0.0 on $image" \
  "would call ecr:PutImage api: tag 1.0.0-$first on $image" \
  "would call ecr:PutImage api: tag latest on $image" \
  "would call ecr:PutImage api: tag 1 on $image")" "$(grep '^would' <<<"$err")"
in_ecr dump | diff "$folder/before" - || die 'dry run: the registry is another'

released "$shop" api --image "$image"
equal 'first release' "1.0.0 null $image $(head_of "$shop") never-released" \
  "$(field version) $(field previous-version) $(field digest) $(field sha) $(field reason)"
equal 'its tags' "1.0.0 1.0.0-$first latest 1" "$(field tags)"
equal 'all are new' "$(field tags)" "$(field added)"
equal 'the image' "1 1.0.0 1.0.0-$first latest" "$(tags api "$image")"

# The same commit again, with this image and with another.
released "$shop" api --image "$registry/api:1.0.0"
equal 'again' "1.0.0 already-released $image" "$(field version) $(field reason) $(field digest)"
equal 'again: nothing is added' '' "$(field added)"
other=$(push api)
released "$shop" api --image "$other"
equal 'another image' "1.0.0 $image" "$(field version) $(field digest)"
holds 'another image: it is said' "$err" "$other is left untagged"
equal 'another image has no tag' '' "$(tags api "$other")"
released "$shop" api --image "$other" --force
equal 'forced' "1.0.1 forced 1.0.1 1.0.1-$first latest 1" "$(field version) $(field reason) $(field tags)"

# The next commit: an index of several platforms, under its bump.
change "$shop" 'Learn to search [minor]'
second=$(short "$shop")
image=$(push api --index)
released "$shop" api --image "$registry/api@$image"
equal 'next release' "1.1.0 1.0.1 changed" "$(field version) $(field previous-version) $(field reason)"
equal 'next release: tags' "1 1.1.0 1.1.0-$second latest" "$(tags api "$image")"
released "$shop" api --image "$image" --bump major
equal 'a bump makes no second version' '1.1.0' "$(field version)"

# An image of another commit.
git -C "$shop" -c user.name=A -c user.email=a@b commit -q --allow-empty -m 'Say nothing'
ecr_version "$shop" release api --image "$image"
equal 'image of another commit: exit code' 1 "$code"
equal 'image of another commit' "error: releasing api: the image $image is released as 1.1.0 of commit $second already; build with the \`labels\` output, which makes each commit's image its own, or use --force" "$err"
# Unaffected, but asked for by name: released.
image=$(push api)
released "$shop" api --image "$image"
equal 'unaffected' '1.1.1 unchanged' "$(field version) $(field reason)"

# A commit whose descendant was released first is superseded.
change "$shop" 'Overtaken'
old=$(push api try)
change "$shop" 'Overtakes'
released "$shop" api --image "$(push api)"
newest=$(field version)
git -C "$shop" checkout -q HEAD~1
released "$shop" api --image "$old" --untag try
equal 'superseded' "superseded $newest 1.1.1  " \
  "$(field reason) $(field version) $(field previous-version) $(field tags) $(field added)"
holds 'superseded: it is said' "$err" 'released from a later commit'
equal 'superseded: the tag of the try is gone' '' "$(tags api "$old")"
git -C "$shop" checkout -q main

# A backport on a release branch leaves the floating tags that are not its own.
git -C "$shop" checkout -q -b 1.0 "$first"
change "$shop" 'Mend it [minor]'
image=$(push api)
released "$shop" api --image "$image" --version-line 1.0
equal 'backport' '1.0.2 1.0.1' "$(field version) $(field previous-version)"
equal 'backport: tags' "1.0.2 1.0.2-$(short "$shop")" "$(tags api "$image")"
git -C "$shop" checkout -q main

# Cut short after the version tag: finished, never a second version.
change "$shop"
image=$(push api 5.0.0 --pushed-at 1700000000)
released "$shop" api --image "$image"
equal 'cut short' '5.0.0 changed' "$(field version) $(field reason)"
equal 'cut short: what was missing' "5.0.0-$(short "$shop") latest" "$(field added)"

# A prerelease has its sha tag and no floating one.
change "$shop"
image=$(push api)
released "$shop" api --image "$image" --prerelease beta
equal 'prerelease' "5.0.1-beta.1 5.0.0 5.0.1-beta.1 5.0.1-beta.1-$(short "$shop")" \
  "$(field version) $(field previous-version) $(field tags)"
released "$shop" api --image "$image"
equal 'the same image, promoted' "5.0.1" "$(field version)"

# What cannot be released.
refused() { # CODE MESSAGE ARGUMENT...
  ecr_version "$shop" release api "${@:3}"
  equal "refused ${*:3}: exit code" "$1" "$code"
  holds "refused ${*:3}" "$err" "$2"
}
refused 2 'is not one of the app'\''s own registry and repository' --image "$registry/web:1.0.0"
refused 2 'is not one of the app'\''s own registry and repository' --image "public.ecr.aws/x/api:1.0.0"
refused 2 'is no image reference' --image 'a tag'
refused 2 'name the image that was pushed'
refused 1 "the repository api holds no image nowhere; push the image first, or restore it where it is archived" --image nowhere
refused 1 'a statement about' --image "$(push api --referrer --subject "$image")"
refused 1 'an artifact (application/vnd.cncf.helm.config' --image "$(push api --chart)"
refused 1 'or restore it where it is archived' --image "$(push api --archived)"
attestation=$(in_ecr dump | jq -r '.[0].images[] | select(.children | length > 0) | .children[-1]' | head -1)
refused 1 'is an attestation' --image "$attestation"

# A pull request releases nothing.
change "$shop"
image=$(push api)
echo '{"pull_request": {"number": 1, "head": {"sha": "'"$(head_of "$shop")"'"}}}' >"$folder/event.json"
aws_environment+=(GITHUB_EVENT_NAME=pull_request GITHUB_EVENT_PATH="$folder/event.json")
refused 1 'this run is a preview (pull_request) and releases nothing' --image "$image"
equal 'preview: no tag' '' "$(tags api "$image")"
