#!/usr/bin/env bash
# A deployer that dies at any of its calls to ECR, before the call acts or after
# it: what remains is consistent, and the next run, of the same image or of
# another, completes it or passes it over.
# shellcheck source=support.sh
. "$(dirname "$0")/support.sh"
# shellcheck source=support/deploying.sh
. "$(dirname "$0")/support/deploying.sh"
# shellcheck disable=SC2154  # out, err and code are set by ecr_version

start_ecr
shop=$folder/shop
one_app "$shop"
head=$(short "$shop")
whole="1.0.0 1.0.0-$head latest"

new_repository() {
  local options=()
  [ "$1" = MUTABLE ] || options=(--exclude latest)
  in_ecr reset >/dev/null
  in_ecr repo api --mutability "$1" "${options[@]}" >/dev/null
}

# killed_at NTH ACTS: a release whose NTH call to ECR never ends; it is killed
# there, and the call is carried out afterwards (acts) or not (drops). False
# when there are not that many calls.
killed_at() {
  local pid started_at=$SECONDS
  in_ecr fault hold service=ecr "nth=[$1]" >/dev/null
  (cd "$shop" && exec env -u GITHUB_ACTIONS "${aws_environment[@]}" \
    "$engine" release api --image "$image" >"$folder/out" 2>"$folder/err") &
  pid=$!
  until [ "$(in_ecr faults | jq '.[0].held')" = 1 ]; do
    if ! kill -0 "$pid" 2>/dev/null; then
      wait "$pid" || die "call $1 was not held, and the release failed: $(cat "$folder/err")"
      return 1
    fi
    [ $((SECONDS - started_at)) -lt 60 ] || die "call $1 was neither held nor was the release done"
    sleep 0.05
  done
  kill -KILL "$pid"
  wait "$pid" 2>/dev/null || true
  if [ "$2" = acts ]; then in_ecr release >/dev/null; else in_ecr release --drop >/dev/null; fi
  curl -sSf -X DELETE "$ecr/_local_ecr/faults" >/dev/null
}

# No version tag may stand on two images, no release be without its own image.
consistent() { # WHAT
  local all
  all=" $(tags api) "
  case $all in
    *" 1.0.0-$head "* | *' latest '*)
      case $all in *' 1.0.0 '*) ;; *) die "$1: $all" ;; esac
      ;;
  esac
}

for mutability in IMMUTABLE MUTABLE; do
  nth=1
  while :; do
    for fate in acts drops; do
      what="$mutability, killed at call $nth ($fate)"
      new_repository "$mutability"
      image=$(push api)
      killed_at "$nth" "$fate" || break 2
      consistent "$what"
      before=$(tags api)
      released "$shop" api --image "$image"
      equal "$what: the next run completes it" "$whole" "$(tags api "$image")"
      equal "$what: under one version" '1.0.0' "$(field version)"
      case $before in
        "1.0.0 1.0.0-$head"*) equal "$what: was released" already-released "$(field reason)" ;;
      esac
    done
    nth=$((nth + 1))
  done
  [ "$nth" -gt 8 ] || die "$mutability: only $nth calls were seen"
  echo "$mutability: killed at each of $((nth - 1)) calls"
done

# Another image of the same commit passes a version over that was left without
# its commit tag, and a later commit does so as well.
new_repository IMMUTABLE
left=$(push api 1.0.0)
image=$(push api)
released "$shop" api --image "$image"
equal 'another image: the version left behind is passed over' '1.0.1' "$(field version)"
equal 'another image: it stays where it was' '1.0.0' "$(tags api "$left")"

# An answer that is lost on its way is no second version.
for operation in PutImage BatchGetImage DescribeImages; do
  new_repository IMMUTABLE
  image=$(push api)
  in_ecr fault reset operation="$operation" when=after "nth=[1,2]" >/dev/null
  released "$shop" api --image "$image"
  equal "lost answers of $operation" "$whole" "$(tags api)"
  equal "lost answers of $operation: what was added" "1.0.0 1.0.0-$head latest" "$(field added)"
done

# Ctrl-C: exit code 130, and what is there is consistent.
new_repository MUTABLE
image=$(push api)
in_ecr fault hold operation=PutImage "nth=[2]" >/dev/null
"$PYTHON" - "$folder" "$shop" "$engine" "$image" "${aws_environment[@]}" <<'PY'
import os, signal, subprocess, sys, time, urllib.request, json
folder, shop, engine, image, *pairs = sys.argv[1:]
env = {**os.environ, **dict(pair.split("=", 1) for pair in pairs)}
env.pop("GITHUB_ACTIONS", None)
with open(folder + "/err", "w") as err:
    run = subprocess.Popen([engine, "release", "api", "--image", image], cwd=shop, env=env, stderr=err)
ecr = env["AWS_ENDPOINT_URL_ECR"] + "/_local_ecr/faults"
while json.load(urllib.request.urlopen(ecr))[0]["held"] == 0:
    time.sleep(0.05)
run.send_signal(signal.SIGINT)
sys.exit(0 if run.wait(20) == 130 else f"exit code {run.returncode}")
PY
in_ecr release --drop >/dev/null
equal 'Ctrl-C: what is there' '1.0.0' "$(tags api)"
released "$shop" api --image "$image"
equal 'Ctrl-C: the next run completes it' "$whole" "$(tags api)"
