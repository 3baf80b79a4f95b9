#!/usr/bin/env bash
# `ecr-version login`: Docker gets the password by standard input and never by
# an argument; without Docker it lies in Docker's file, beside what was there;
# where a credential helper serves the host nothing is done.
# shellcheck source=support.sh
. "$(dirname "$0")/support.sh"
# shellcheck source=support/deploying.sh
. "$(dirname "$0")/support/deploying.sh"
# shellcheck disable=SC2154  # out, err and code are set by ecr_version

start_ecr
in_ecr repo api >/dev/null
mkdir "$folder/bin" "$folder/docker" "$folder/empty"
aws_environment+=(DOCKER_CONFIG="$folder/docker")
config=$folder/docker/config.json
nothing=$folder/empty

# The password alone, for other tools.
ecr_version "$nothing" login --print-password
equal 'print: exit code' 0 "$code"
password=$out
[ ${#password} -gt 20 ] || die "print: «$out»"
equal 'print: one line' 1 "$(wc -l <"$folder/out")"
equal 'print: nothing else is said' '' "$err"
[ ! -e "$config" ] || die 'print: a file was written'

# Without Docker: the file, for its user alone, other content kept.
printf '{\n\t"auths": {\n\t\t"other": {"auth": "eA=="}\n\t},\n\t"detachKeys": "ctrl-x", "n": 1.50\n}\n' >"$config"
chmod 644 "$config"
ecr_version "$nothing" login "$registry" --no-docker
equal 'file: exit code' 0 "$code"
equal 'file: what is said' "logged in to $registry" "$err"
equal 'file: mode' 600 "$(stat -c %a "$config")"
equal 'file: the login' AWS "$(jq -r --arg host "$registry" '.auths[$host].auth' "$config" | base64 -d | cut -d: -f1)"
holds 'file: other content' "$(cat "$config")" '"other": {"auth": "eA=="}'
holds 'file: other content, byte for byte' "$(cat "$config")" '"detachKeys": "ctrl-x", "n": 1.50'
[ -z "$(find "$folder/docker" -name 'config.json?*')" ] || die 'file: something was left beside it'

# It is a login that the registry takes.
auth=$(jq -r --arg host "$registry" '.auths[$host].auth' "$config")
equal 'file: the registry takes it' 200 \
  "$(curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Basic $auth" "http://$registry/v2/")"

# A file that is none is left as it is.
echo '{"auths": ' >"$config"
ecr_version "$nothing" login "$registry" --no-docker
equal 'broken file: exit code' 1 "$code"
holds 'broken file: it is named' "$err" "$config"
equal 'broken file: untouched' '{"auths": ' "$(cat "$config")"
rm "$config"

# With Docker: several hosts at once, ECR Public among them.
cat >"$folder/bin/docker" <<'SH'
#!/bin/sh
printf '%s\n' "docker $*" >>"$DOCKER_CONFIG/calls"
cat >"$DOCKER_CONFIG/stdin"
[ "${DOCKER_FAILS:-}" = "" ] || { echo "Error response from daemon: denied" >&2; exit 1; }
SH
chmod +x "$folder/bin/docker"
aws_environment+=(PATH="$folder/bin:$PATH" AWS_ENDPOINT_URL_ECR_PUBLIC="$ecr")
one=123456789012.dkr.ecr.eu-west-1.amazonaws.com two=210987654321.dkr.ecr.us-gov-west-1.amazonaws.com
ecr_version "$nothing" login "$one" "$two" public.ecr.aws
equal 'docker: exit code' 0 "$code"
equal 'docker: what it was asked' "$(for host in "$one" "$two" public.ecr.aws; do
  echo "docker login --username AWS --password-stdin $host"
done)" "$(cat "$folder/docker/calls")"
[ "$(wc -c <"$folder/docker/stdin")" -gt 20 ] || die 'docker: no password came by standard input'
[ ! -e "$config" ] || die 'docker: the file was written as well'
equal 'docker: each region is asked' 'eu-west-1 us-east-1 us-gov-west-1' \
  "$(in_ecr log --operation GetAuthorizationToken | jq -r '.[].region' | sort -u | tr '\n' ' ' | sed 's/ $//')"

aws_environment+=(DOCKER_FAILS=1)
ecr_version "$nothing" login "$one"
equal 'docker fails: exit code' 1 "$code"
equal 'docker fails' "error: logging in to $one: docker login ended with exit code 1: Error response from daemon: denied (without a Docker engine: --no-docker writes Docker's configuration file)" "$err"
case $out$err in *"$(cat "$folder/docker/stdin")"*) die 'the password was printed' ;; esac

# A helper that serves the host is left to do so; a store is given the login.
echo "{\"credHelpers\": {\"$one\": \"ecr-login\"}}" >"$config"
rm "$folder/docker/calls"
ecr_version "$nothing" login "$one"
equal 'helper: exit code' 0 "$code"
holds 'helper: it is said' "$err" "docker-credential-ecr-login serves it"
[ ! -e "$folder/docker/calls" ] || die 'helper: docker login was called'
cat >"$folder/bin/docker-credential-safe" <<'SH'
#!/bin/sh
[ "$1" = store ] && cat >"$DOCKER_CONFIG/stored"
SH
chmod +x "$folder/bin/docker-credential-safe"
echo '{"credsStore": "safe"}' >"$config"
ecr_version "$nothing" login "$one" --no-docker
equal 'store: exit code' 0 "$code"
equal 'store: the login' "$one AWS" "$(jq -r '"\(.ServerURL) \(.Username)"' "$folder/docker/stored")"
equal 'store: the file is as it was' '{"credsStore": "safe"}' "$(cat "$config")"

# What is no registry.
ecr_version "$nothing" login 'no host'
equal 'no registry: exit code' 2 "$code"
holds 'no registry' "$err" 'is no ECR registry'
ecr_version "$nothing" login "$one" "$two" --print-password
equal 'two passwords: exit code' 2 "$code"
