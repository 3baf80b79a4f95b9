#!/usr/bin/env bash
# Two builds of one commit give the same program and the same image, byte for
# byte.
exec "$(dirname "$0")/../../../scripts/check-reproducible.sh"
