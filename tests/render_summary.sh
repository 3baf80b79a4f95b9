#!/bin/sh
# Renders job summaries with cmark-gfm, GitHub's own renderer, and judges the
# HTML: an ordinary summary, and one with every hostile text in every place.
# With a second argument, also writes the ordinary one there as a page.
# Usage: tests/render_summary.sh BUILD_DIR [PAGE.html]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
sample=${1:?usage: render_summary.sh BUILD_DIR [PAGE.html]}/summary-sample
if ! command -v cmark-gfm >/dev/null; then
  echo "render_summary: cmark-gfm is missing: apt-get install cmark-gfm" >&2
  [ "${CI:-}" = true ] && exit 1
  exit 77 # skipped
fi
render() {
  cmark-gfm --unsafe -e table -e autolink -e strikethrough -e tagfilter -e tasklist
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$sample" >"$work/ordinary.md"
render <"$work/ordinary.md" >"$work/ordinary.html"
python3 "$here/render_summary.py" 3 1 <"$work/ordinary.html"

"$sample" "$here/data/hostile" >"$work/hostile.md"
texts=$(find "$here/data/hostile" -name '*.txt' | wc -l)
texts=$((texts + 1)) # the line of 10 MB
render <"$work/hostile.md" | python3 "$here/render_summary.py" "$texts" "$texts"

if [ -n "${2:-}" ]; then
  {
    echo '<!doctype html><meta charset="utf-8"><title>Job summary</title>'
    echo '<link rel="stylesheet" href="github.css"><article class="markdown-body">'
    cat "$work/ordinary.html"
    echo '</article>'
  } >"$2"
fi
echo "render_summary: ok ($texts hostile texts)"
