#!/usr/bin/env bash
# Names are found in /etc/hosts and by the DNS server of /etc/resolv.conf,
# though the program is linked statically and there is no libnss beside it.
. "$(dirname "$0")/../support.sh"

start_ecr
seed app 3.2.1
port=${ecr##*:}
latest() {
  docker run --rm --network=host -e AWS_ACCESS_KEY_ID -e AWS_SECRET_ACCESS_KEY -e AWS_REGION=eu-west-1 \
    "$@" "$ECR_VERSION_IMAGE" latest app </dev/null 2>"$folder/log" || { cat "$folder/log" >&2; exit 1; }
}
export "${aws_environment[@]}"

printf '127.0.0.1 ecr-in-hosts.test\n' >"$folder/hosts"
equal 'from /etc/hosts' 3.2.1 "$(latest -v "$folder/hosts:/etc/hosts:ro" \
  -e AWS_ENDPOINT_URL_ECR="http://ecr-in-hosts.test:$port")"

# A DNS server that knows one name. resolv.conf has no place for a port.
"$PYTHON" - >"$folder/dns" 2>"$folder/dns.err" <<'PY' &
import socket
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.153", 53))
print("ready", flush=True)
while True:
    query, client = server.recvfrom(512)
    name_end = query.index(b"\0", 12) + 1
    question = query[12:name_end + 4]
    wanted = b"\x0aecr-in-dns\x04test\0"
    ipv4 = question[-4:] == b"\0\1\0\1"
    known = question[:-4].lower() == wanted
    answer = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x7f\0\0\1" if known and ipv4 else b""
    header = query[:2] + (b"\x81\x80" if known else b"\x81\x83") + b"\0\1" + (b"\0\1" if answer else b"\0\0") + b"\0\0\0\0"
    server.sendto(header + question + answer, client)
PY
started+=($!)
for _ in $(seq 100); do
  [ -z "$(cat "$folder/dns" "$folder/dns.err")" ] || break
  sleep 0.1
done
[ -s "$folder/dns" ] || skip "cannot serve DNS on 127.0.0.153:53 ($(tail -1 "$folder/dns.err"))"
printf 'nameserver 127.0.0.153\n' >"$folder/resolv.conf"
equal 'from DNS' 3.2.1 "$(latest -v "$folder/resolv.conf:/etc/resolv.conf:ro" \
  -e AWS_ENDPOINT_URL_ECR="http://ecr-in-dns.test:$port")"
