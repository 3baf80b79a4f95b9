#!/usr/bin/env bash
# Ctrl-C while ecr-deploy.sh builds, pushes or releases: exit code 130, no tag
# of the try is left, what is there is consistent, and running it again
# finishes the work under the same version.
# shellcheck source=support.sh
. "$(dirname "$0")/support.sh"
# shellcheck source=support/deploying.sh
. "$(dirname "$0")/support/deploying.sh"
# shellcheck source=support/docker.sh
. "$(dirname "$0")/support/docker.sh"
# shellcheck disable=SC2154  # out, err and code are set by the support files

need_engine
start_ecr
shop=$folder/shop
one_app "$shop"
head=$(short "$shop")

# A docker that stops before or after a step until it is interrupted. It says so
# by itself: bash passes over an interrupt that comes while it waits for a child
# that ends well, such as a touch.
cat >"$folder/bin/docker" <<SH
#!/usr/bin/env bash
[ "\$1" != buildx ] || exit 1
stop() { [ ! -e "$folder/stop-\$1" ] || { rm "$folder/stop-\$1"; : >"$folder/stopped"; exec sleep 60; }; }
stop "before-\$1"
$docker_program "\$@" || exit
stop "after-\$1"
SH

# interrupted: runs ecr-deploy.sh as a terminal does, sends what Ctrl-C sends to
# all its processes once $1 holds, and sets `code`.
interrupted() {
  cat >"$folder/terminal.py" <<'PY'
import os, signal, subprocess, sys, time
folder, shop, script, ready, *pairs = sys.argv[1:]
env = {**os.environ, **dict(pair.split("=", 1) for pair in pairs)}
env.pop("GITHUB_ACTIONS", None)
with open(folder + "/out", "w") as out, open(folder + "/err", "w") as err:
    run = subprocess.Popen([script, "api", "patch"], cwd=shop, env=env, stdin=subprocess.DEVNULL,
                           stdout=out, stderr=err, start_new_session=True)
deadline = time.monotonic() + 120
while subprocess.run(["sh", "-c", ready], env=env).returncode:
    if run.poll() is not None or time.monotonic() > deadline:
        sys.exit(f"it never came so far: {run.poll()}")
    time.sleep(0.05)
os.killpg(run.pid, signal.SIGINT)
print(run.wait(60))
PY
  code=$("$PYTHON" "$folder/terminal.py" "$folder" "$shop" "$root/scripts/ecr-deploy.sh" "$1" \
    "${aws_environment[@]}" "${deploy_environment[@]}") || die "$2: $(cat "$folder/err")"
}
again() { # WHAT
  case " $(tags api) " in *' try-'*) die "$1: a tag of the try is left: $(tags api)" ;; esac
  [ -z "$(docker image ls -q "$registry/api:try-*")" ] || die "$1: Docker keeps the try"
  deploy "$shop" api patch
  equal "$1: the next run" 0 "$code"
  equal "$1: the next run finishes it" "1.0.0 1.0.0-$head latest" "$(tags api)"
}
new_repository() {
  in_ecr reset >/dev/null
  in_the_past
  in_ecr repo api --mutability IMMUTABLE --exclude latest >/dev/null
}

for point in before-build after-build before-push after-push; do
  new_repository
  rm -f "$folder/stopped"
  touch "$folder/stop-$point"
  interrupted "[ -e '$folder/stopped' ]" "$point"
  equal "$point: exit code" 130 "$code"
  holds "$point: it is said" "$(cat "$folder/err")" interrupted
  equal "$point: nothing is released" '' "$(versions api)"
  again "$point"
done

# While the version is given: before and after each tag.
for nth in 1 2 3; do
  for fate in acts drops; do
    what="tag $nth, $fate"
    new_repository
    in_ecr fault hold operation=PutImage "nth=[$nth]" >/dev/null
    # The answer to the held call comes when the deployer is gone.
    if [ "$fate" = acts ]; then release=(release); else release=(release --drop); fi
    interrupted "'$PYTHON' '$root/tests/local_ecr/seed' --endpoint '$ecr' faults | grep '\"held\": 1' >/dev/null" "$what"
    in_ecr "${release[@]}" >/dev/null
    equal "$what: exit code" 130 "$code"
    curl -sSf -X DELETE "$ecr/_local_ecr/faults" >/dev/null
    again "$what"
  done
done
