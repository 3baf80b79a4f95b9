#!/usr/bin/env bash
# A release of this machine's architecture, into a registry on this machine: the
# commit that would be tagged decides in act, pulled by digest, building nothing.
set -euo pipefail
cd "$(dirname "$0")/../../.."
exec scripts/release.sh --dry-run "$(docker version -f '{{.Server.Arch}}')"
