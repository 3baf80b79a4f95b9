#!/usr/bin/env bash
# The direction of includes that ARCHITECTURE.md draws, which no linker can
# enforce: a room sees the rooms below it and never a sibling, and each library
# is known to one place only.
set -euo pipefail
cd "$(dirname "$0")/.."
status=0

# forbid FOLDER PATTERN [EXCEPT]: no file of the folder includes what matches.
forbid() {
  local hits
  hits=$(grep -rnE "#[[:space:]]*include[[:space:]]*[<\"]($2)" "src/$1" --include='*.hpp' --include='*.cpp' |
    grep -vE "^src/${3:-none}:" || true)
  if [ -n "$hits" ]; then
    printf '%s\n' "$hits" | sed "s|^|src/$1 must not: |" >&2
    status=1
  fi
}

# Rooms: base <- core, git, runner, net; net <- aws, wire; all <- app <- main.
forbid base '(core|git|net|aws|wire|runner|app)/'
forbid core '(git|net|aws|wire|runner|app)/'
forbid git '(core|net|aws|wire|runner|app)/'
forbid runner '(core|git|net|aws|wire|app)/'
forbid net '(core|git|aws|wire|runner|app)/'
forbid aws '(core|git|wire|runner|app)/'
forbid wire '(core|git|aws|runner|app)/'
rooms=(base core git net aws wire runner app)
for folder in src/*/; do
  case " ${rooms[*]} " in
    *" $(basename "$folder") "*) ;;
    *) echo "$folder: a room that this test does not know" >&2 && status=1 ;;
  esac
done

# Libraries: one place each, so that a change of library is a change there.
for room in "${rooms[@]}"; do
  forbid "$room" 'rapidjson/' 'base/json\.cpp'
  [ "$room" = net ] || forbid "$room" 'curl/'
  [ "$room" = git ] || forbid "$room" 'git2(\.h|/)'
  [ "$room" = base ] || forbid "$room" 'openssl/'
  [ "$room" = aws ] || forbid "$room" 'pugixml'
  [ "$room" = app ] || forbid "$room" '(yaml-cpp|CLI)/'
done
forbid . '(rapidjson|curl|openssl|yaml-cpp|CLI)/|git2|pugixml' '\./[a-z]+/.*'

# core is pure: text and numbers in, text and numbers out.
forbid core '(fstream|iostream|filesystem|chrono|random|thread|mutex|future|cstdio|cstdlib|ctime)>|sys/|unistd\.h|base/(clock|env)\.hpp'

# A header that shows a library's types is its room's own: no other room
# includes it, directly or through another header.
shows=$(grep -lE '#[[:space:]]*include[[:space:]]*<(curl/|git2|openssl/|rapidjson/|pugixml|yaml-cpp/|CLI/)' src/*/*.hpp || true)
for header in $shows; do
  room=$(cut -d/ -f2 <<<"$header")
  hits=$(grep -rnE "#[[:space:]]*include[[:space:]]*\"${header#src/}\"" src --include='*.hpp' --include='*.cpp' |
    grep -vE "^src/$room/[a-z0-9_]+\.cpp:" || true)
  [ -z "$hits" ] || { printf '%s shows a library, and is included by:\n%s\n' "$header" "$hits" >&2; status=1; }
done

exit $status
