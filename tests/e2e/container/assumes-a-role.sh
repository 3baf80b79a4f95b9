#!/usr/bin/env bash
# role-to-assume by the job's OIDC token, in the image: the token is hidden
# before anything else is said of it, and never shown; a trust policy that
# refuses it, and a job without id-token: write, are told what to change.
. "$(dirname "$0")/../support.sh"

start_ecr
released_shop
give_to_runner "$folder/shop"
# No key is there: only what the job is given.
aws_environment=(AWS_ENDPOINT_URL_ECR="$ecr" AWS_ENDPOINT_URL_STS="$ecr" AWS_REGION=eu-west-1)
may_ask=(--env "ACTIONS_ID_TOKEN_REQUEST_URL=$ecr/oidc/token?api-version=2.0"
  --env ACTIONS_ID_TOKEN_REQUEST_TOKEN=local-ecr-request-token)
role=arn:aws:iam::123456789012:role/ci
in_the_image() {
  as_runner --image "$ECR_VERSION_IMAGE" --workspace "$folder/shop" --docker-option=--network=host \
    --input "role-to-assume=$role" "$@"
}
# A JWT begins with {"alg" in base64. The first line that holds one is its mask,
# and no other line, output or summary does.
token_is_hidden() {
  local lines
  lines=$(grep -n eyJhbGci "$folder/log" || true)
  equal "lines with the token, $1" 1 "$(grep -c . <<<"$lines")"
  holds "the token's line, $1" "$lines" ":::add-mask::eyJhbGci"
  ! grep -q eyJhbGci "$folder/outputs.json" "$folder/summary.md" || die "the token was given out, $1"
}

in_the_image "${may_ask[@]}" --env RUNNER_DEBUG=1
[ "$code" -eq 0 ] || { cat "$folder/log"; die "exit code $code"; }
equal version 1.3.0 "$(output version)"
token_is_hidden 'role assumed'
asked=$(curl -sSf --max-time 20 "$ecr/_local_ecr/log")
equal 'how the role was assumed' 'false GitHubActions sts.amazonaws.com' "$(jq -r '[.[] |
  select(.operation == "AssumeRoleWithWebIdentity")] | map("\(.signed) \(.parameters.RoleSessionName)") | first' \
  <<<"$asked") $(jq -r '[.[] | select(.service == "oidc")] | map(.parameters.audience) | first' <<<"$asked")"
holds 'who asked ECR' "$(jq -r '.[] | select(.operation == "DescribeImages") | .principal' <<<"$asked" | sort -u)" \
  'assumed-role/ci/GitHubActions'
# The session's secrets are hidden in the same way.
while read -r secret; do
  equal "lines with a secret of ${#secret} characters" 1 "$(grep -cF -- "$secret" "$folder/log")"
done < <(sed -n 's/^::add-mask:://p' "$folder/log")
[ "$(grep -c '^::add-mask::' "$folder/log")" -ge 3 ] || die "token, secret key and session token are not all hidden"

curl -sSf --max-time 20 -d '{"roles": {"ci": {"subject": "repo:octo-org/octo-repo:environment:production"}}}' \
  "$ecr/_local_ecr/settings" >/dev/null
in_the_image "${may_ask[@]}"
equal 'exit code, not trusted' 1 "$code"
holds 'not trusted' "$(grep '^::error' "$folder/log")" "the trust policy of $role must allow \
sts:AssumeRoleWithWebIdentity to the provider https://token.actions.githubusercontent.com for this token: \
sub \`repo:octo-org/octo-repo:ref:refs/heads/main\`, aud \`sts.amazonaws.com\`"
token_is_hidden 'not trusted'

in_the_image
equal 'exit code, no id-token: write' 1 "$code"
holds 'no id-token: write' "$(grep '^::error' "$folder/log")" "there is neither a key in the environment nor an OIDC \
token for this job; add \`permissions: {id-token: write, contents: read}\` to the job"
