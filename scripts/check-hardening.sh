#!/usr/bin/env bash
# Reads off a binary what an attacker would have to get past.
# usage: check-hardening.sh BINARY [static]
set -euo pipefail
binary=$1 static=${2:-}
status=0
check() { # WHAT CONDITION...
  local what=$1
  shift
  if "$@"; then
    echo "yes  $what"
  else
    echo "NO   $what"
    status=1
  fi
}
header=$(readelf -hW "$binary") segments=$(readelf -lW "$binary") dynamic=$(readelf -dW "$binary")
has() { grep -qE "$2" <<<"$1"; }
lacks() { ! grep -qE "$2" <<<"$1"; }

check 'position-independent' has "$header" 'Type: +DYN'
check 'marked as PIE' has "$dynamic" 'FLAGS_1.* PIE'
check 'relocations read-only (RELRO)' has "$segments" 'GNU_RELRO'
check 'bound at start (NOW)' has "$dynamic" 'FLAGS.*NOW|BIND_NOW'
check 'stack not executable' has "$segments" 'GNU_STACK.* RW +0x'
check 'no segment writable and executable' lacks "$segments" 'LOAD.* RWE'
check 'no library path of its own' lacks "$dynamic" 'RPATH|RUNPATH'
if [ "$static" = static ]; then
  check 'no interpreter' lacks "$segments" 'INTERP'
  check 'no shared library' lacks "$dynamic" 'NEEDED'
  # No symbol is left, and glibc brings the messages of FORTIFY and the stack
  # protector into any program: the Dockerfile asks the objects. A guarded
  # function reads its canary at %fs:0x28; glibc has 700 of them.
  if has "$header" 'X86-64'; then
    canaries=$(LC_ALL=C grep -aoP '\x64\x48.[\x04-\x3c]\x25\x28\x00\x00\x00' "$binary" | wc -l)
    check "stack protector ($canaries reads of a canary)" [ "$canaries" -ge 5000 ]
  fi
else
  symbols=$(readelf --dyn-syms -W "$binary")
  check 'stack protector' has "$symbols" __stack_chk_fail
  check 'FORTIFY_SOURCE' has "$symbols" '_chk(@|$)'
fi
exit $status
