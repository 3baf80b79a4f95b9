#!/usr/bin/env bash
# Every source and test is compiled (a file that no room.cmake lists proves
# nothing), none is too long to read, each header says what it is, and CTest
# can register every test by its name.
set -euo pipefail
cd "$(dirname "$0")/.."
status=0
fail() {
  printf '%s\n' "$*" >&2
  status=1
}

for file in src/*/*.cpp; do
  room=$(dirname "$file")
  grep -qE "(^|[[:space:]])$(basename "$file")([[:space:]]|\)|$)" "$room/room.cmake" ||
    fail "$file: not listed in $room/room.cmake"
done
for file in tests/unit/*_test.cpp; do
  [ "$(grep -lE "(^|[[:space:]])$(basename "$file")([[:space:]]|\)|$)" src/*/room.cmake | wc -l)" -eq 1 ] ||
    fail "$file: must be listed in exactly one src/*/room.cmake"
done

while read -r lines file; do
  [ "$file" = total ] || [ "$lines" -le 400 ] || fail "$file: $lines lines, more than 400"
done < <(find src tests cmake scripts \( -name '*.[ch]pp' -o -name '*.sh' -o -name '*.py' \) -exec wc -l {} +)

for file in src/*/*.hpp; do
  head -1 "$file" | grep -q '^// ' || fail "$file: does not open by saying what it is"
done

# CMake's lists split at `;` and not between `[` and `]`.
bad=$(grep -nE 'TEST_CASE[A-Z_]*\(.*[][;]' tests/unit/*.cpp | grep -E '"[^"]*[][;][^"]*"' || true)
[ -z "$bad" ] || fail "a test's name may not hold [ ] or ; (CTest could not register it): $bad"

exit $status
