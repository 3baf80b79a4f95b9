#!/usr/bin/env bash
# The image at `fetch-depth: 1`, run as the runner runs it: what the answer
# needs is fetched from the job's own server with the job's token, the plan is
# the full clone's, and the workspace stays as it was.
. "$(dirname "$0")/../support.sh"

start_ecr
monorepo "$folder/shop"
for number in $(seq 20); do
  echo "$number" >"$folder/shop/apps/api/f$number.txt"
  commit "$folder/shop" "Work $number"
done
seed shop-api 1.2.3 "1.2.3-$(git -C "$folder/shop" rev-parse --short=7 HEAD~21)"
seed shop-web 0.4.0 "0.4.0-$(git -C "$folder/shop" rev-parse --short=7 HEAD~18)"

mkdir -p "$folder/git/acme"
git clone -q --bare "$folder/shop" "$folder/git/acme/shop"
for ability in allowFilter allowAnySHA1InWant; do
  git -C "$folder/git/acme/shop" config "uploadpack.$ability" true
done
mkfifo "$folder/git.in"
"$PYTHON" "$root/tests/support/git_http_server.py" --root "$folder/git" --token a-job-token \
  <"$folder/git.in" >"$folder/git.out" 2>"$folder/git.err" &
started+=($!)
exec 3>"$folder/git.in"
wait_for "$folder/git.out"
server=$(head -1 "$folder/git.out")

plan_of() { # DIR INPUT...
  local dir=$1
  shift
  give_to_runner "$dir"
  as_runner --image "$ECR_VERSION_IMAGE" --workspace "$dir" --docker-option=--network=host \
    --server-url "$server" "$@"
}
plan_of "$folder/shop"
[ "$code" -eq 0 ] || { cat "$folder/log"; die "the full clone: exit code $code"; }
full=$(output plan)

git clone -q --depth 1 "file://$folder/git/acme/shop" "$folder/shallow"
equal 'commits checked out' 1 "$(git -C "$folder/shallow" rev-list --count HEAD)"
give_to_runner "$folder/shallow"
listing() { find "$folder/shallow" -printf '%p %M %U %s %T@\n' | sort; }
listing >"$folder/before"
plan_of "$folder/shallow" --input github-token=a-job-token
[ "$code" -eq 0 ] || { cat "$folder/log"; die "at depth 1: exit code $code"; }
equal plan "$full" "$(output plan)"
equal version 1.3.0 "$(jq -r '.apps[] | select(.app == "api").version' <<<"$(output plan)")"
grep -qE "^fetched 21 commits, .* to reach (api's release 1.2.3|web's release 0.4.0)$" "$folder/log" ||
  die "the log does not say what was fetched and why: $(cat "$folder/log")"
case $(cat "$folder/log") in *a-job-token*) die 'the token is in the log' ;; esac
listing | diff "$folder/before" - || die 'the workspace has changed'

# Without the token the server refuses, and the answer says what to do.
plan_of "$folder/shallow"
equal 'exit code without a token' 1 "$code"
holds 'without a token' "$(cat "$folder/log")" "needs the input \`github-token\`"
holds 'without a token' "$(cat "$folder/log")" 'fetch-depth: 0, filter: blob:none'
