#!/usr/bin/env bash
# A cancelled job sends SIGINT, then SIGTERM. As PID 1 the program has no
# default handlers: without its own the container would outlive the step.
. "$(dirname "$0")/../support.sh"

# A server that accepts and never answers, so that the program waits.
"$PYTHON" -c '
import socket, time
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
kept = []
while True:
    kept.append(server.accept())
    print("called", flush=True)
' >"$folder/silent" &
started+=($!)
wait_for "$folder/silent"
port=$(head -1 "$folder/silent")
monorepo "$folder/shop"
give_to_runner "$folder/shop"

for signal in INT:130 TERM:143; do
  name="ecr-version-signal-$$-${signal%:*}"
  calls=$(grep -c called "$folder/silent" || true)
  # shellcheck disable=SC2034  # as_runner passes it on
  aws_environment=(AWS_ENDPOINT_URL_ECR="http://127.0.0.1:$port" AWS_REGION=eu-west-1
    AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=example)
  (
    as_runner --image "$ECR_VERSION_IMAGE" --workspace "$folder/shop" --docker-option=--network=host --name "$name"
    echo "$code" >"$folder/code.$name"
  ) &
  job=$!
  for _ in $(seq 200); do
    [ "$(grep -c called "$folder/silent" || true)" -le "$calls" ] || break
    sleep 0.1
  done
  [ "$(grep -c called "$folder/silent" || true)" -gt "$calls" ] || { cat "$folder/log"; die "the program never called the server"; }
  docker kill -s "${signal%:*}" "$name" >/dev/null
  for _ in $(seq 50); do
    [ ! -s "$folder/code.$name" ] || break
    sleep 0.1
  done
  if [ ! -s "$folder/code.$name" ]; then
    docker kill "$name" >/dev/null
    die "still running 5 s after SIG${signal%:*}"
  fi
  wait "$job"
  equal "exit code after SIG${signal%:*}" "${signal#*:}" "$(cat "$folder/code.$name")"
  equal "outputs after SIG${signal%:*}" '{}' "$(jq -c . "$folder/outputs.json")"
done
