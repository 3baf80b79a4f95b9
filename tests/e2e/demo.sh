#!/usr/bin/env bash
# scripts/demo.sh tells its story to the end, every version in it is the one
# that the commits ask for, and nothing is left behind.
# shellcheck source=tests/e2e/support.sh
. "$(dirname "$0")/support.sh"

mkdir "$folder/tmp"
TMPDIR=$folder/tmp "$root/scripts/demo.sh" >"$folder/story" 2>"$folder/errors" ||
  die "exit code $?: $(tail -5 "$folder/errors")"
story=$(cat "$folder/story")

equal 'what it left in the temporary folder' '' "$(ls -A "$folder/tmp")"
for chapter in 'A monorepo with four apps' 'First push: every app gets its first version' \
  'Four commits later' 'The same job again: nothing is minted twice' \
  'A second push, in the shared library' 'On a laptop, the same engine' 'That was it'; do
  holds 'the story' "$story" "$chapter"
done
# What is pushed, in order: first versions, then [minor] for the backend and for
# what depends on it, [major] for the reports.
pushed=$(sed -nE 's/^ *pushed shula-([a-z]+): ([0-9.]+) .*/\1 \2/p' "$folder/story" | tr '\n' ',')
equal 'what was pushed' \
  'backend 1.0.0,frontend 1.0.0,reports 1.0.0,whatsapp 1.0.0,backend 1.1.0,reports 2.0.0,whatsapp 1.0.1,' "$pushed"
