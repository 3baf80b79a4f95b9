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
# A stripped static program has no symbols left to ask: the messages that the
# stack protector and FORTIFY print at the end are still in it.
check 'stack protector' grep -qE 'stack smashing detected|__stack_chk_fail' -a "$binary"
check 'FORTIFY_SOURCE' grep -qE 'buffer overflow detected|_chk@|__(memcpy|sprintf|vsnprintf|read|memset)_chk' -a "$binary"
if [ "$static" = static ]; then
  check 'no interpreter' lacks "$segments" 'INTERP'
  check 'no shared library' lacks "$dynamic" 'NEEDED'
fi
exit $status
