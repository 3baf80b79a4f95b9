#!/usr/bin/env bash
# Makes docs/summary.png: the job summary of scripts/demo.sh, as it really came
# out, rendered by GitHub's own Markdown renderer (cmark-gfm) and looked at in a
# real browser with GitHub's styles. Mermaid draws what GitHub lets it draw.
#
# usage: scripts/pictures.sh      (installs chromium, cmark-gfm and npm; needs npm's registry)
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/packages.sh
. scripts/packages.sh

need_packages chromium cmark-gfm python3
command -v npm >/dev/null || need_packages npm
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
SUMMARY_COPY=$work/summary.md scripts/demo.sh >/dev/null

(cd "$work" && npm pack --silent mermaid@11.12.0 github-markdown-css@5.9.0 >/dev/null &&
  for archive in *.tgz; do tar -xzf "$archive" && mv package "${archive%-*}"; done)
{
  printf '<!doctype html><meta charset="utf-8"><title>Job summary</title>\n'
  printf '<link rel="stylesheet" href="github-markdown-css/github-markdown-light.css">\n'
  printf '<style>body { margin: 24px; } article { max-width: 1012px; }</style><article class="markdown-body">\n'
  # GitHub shows a block of Mermaid as the drawing.
  cmark-gfm --unsafe -e table -e autolink -e strikethrough -e tagfilter -e tasklist "$work/summary.md" |
    sed 's|<pre><code class="language-mermaid">|<div class="mermaid">|; s|</code></pre>|</div>|'
  printf '</article><script src="mermaid/dist/mermaid.min.js"></script>\n'
  printf '<script>mermaid.initialize({startOnLoad: true});</script>\n'
} >"$work/page.html"

chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$work/browser" \
  --virtual-time-budget=20000 --force-device-scale-factor=1 --window-size=1060,"${HEIGHT:-640}" \
  --screenshot="$work/summary.png" "file://$work/page.html" 2>/dev/null
[ -s "$work/summary.png" ] || {
  echo "pictures: the browser made no picture" >&2
  exit 1
}
mv "$work/summary.png" docs/summary.png
echo "docs/summary.png: $(stat -c %s docs/summary.png) bytes"
