#!/usr/bin/env bash
# examples/pull-request-comment.yml: its script, on the plan of a real preview,
# writes one comment and the next time the same one anew. `gh` is a stand-in that
# keeps what it is given.
# shellcheck source=support.sh
. "$(dirname "$0")/support.sh"

start_ecr
released_shop
git -C "$folder/shop" checkout -q -b topic
echo three >"$folder/shop/apps/api/main.txt"
commit "$folder/shop" '[minor] | Search | <b>@team</b>'
printf '{"pull_request": {"number": 12, "merged": false, "base": {"ref": "main", "sha": "%s"}, "head": {"sha": "%s"}}}' \
  "$(git -C "$folder/shop" rev-parse main)" "$(git -C "$folder/shop" rev-parse HEAD)" >"$folder/event.json"
as_runner --program "${ECR_VERSION:-$root/build/ecr-version}" --workspace "$folder/shop" \
  --event-name pull_request --event "$folder/event.json"
[ "$code" -eq 0 ] || { cat "$folder/log"; die "the preview: exit code $code"; }

"$PYTHON" - "$root/examples/pull-request-comment.yml" >"$folder/script" <<'PY'
import sys, yaml
print(yaml.safe_load(open(sys.argv[1]))["jobs"]["preview"]["steps"][-1]["run"])
PY
mkdir "$folder/bin"
cat >"$folder/bin/gh" <<'SH'
#!/bin/sh
echo "$*" >>"$STAGE/calls"
case "$*" in
  *PATCH* | *POST*) cat comment.md >"$STAGE/body" ;;
  *) [ ! -e "$STAGE/body" ] || echo 77 ;;
esac
SH
chmod +x "$folder/bin/gh"
comment() {
  (cd "$folder" && PATH="$folder/bin:$PATH" STAGE="$folder" PLAN="$1" COMMENTS=repos/acme/shop/issues/12/comments \
    bash -e "$folder/script")
}
comment "$(output plan)"
# shellcheck disable=SC2016 # backticks are Markdown's
equal 'the comment' '<!-- ecr-version -->
Merging would release:

| app | from | to | bump | why |
|---|---|---|---|---|
| `api` | `1.2.3` | `1.3.0` | minor | changed |' "$(cat "$folder/body")"
comment '{"apps":[{"app":"api","affected":false}]}'
equal 'the comment, anew' '<!-- ecr-version -->
Merging would release nothing.' "$(cat "$folder/body")"
equal 'the calls' 'api --silent -X POST repos/acme/shop/issues/12/comments -F body=@comment.md
api --silent -X PATCH repos/acme/shop/issues/comments/77 -F body=@comment.md' "$(grep -v paginate "$folder/calls")"
