#!/usr/bin/env bash
# Sourced after packages.sh: the tools that tests and checks run, each pinned,
# each put under build/ and nowhere else.

act_version=v0.2.89
actionlint_version=v1.7.12
zizmor_version=1.32.0
buildx_version=v0.38.2
buildkit_version=v0.34.2
clang_format_version=14.0.6
ruff_version=0.17.5

# Sets PYTHON to the interpreter of build/venv, which holds what
# tests/requirements.txt lists.
need_python() {
  local stamp=build/venv/requirements.txt
  export PYTHON="$PWD/build/venv/bin/python"
  cmp -s tests/requirements.txt "$stamp" && return
  python3 -c 'import ensurepip, venv' 2>/dev/null || need_packages python3 python3-venv
  say "making build/venv"
  mkdir -p build
  python3 -m venv build/venv
  pip_install -r tests/requirements.txt
  cp tests/requirements.txt "$stamp"
}

need_zizmor() { need_pip_tool zizmor "$zizmor_version"; }
# Another version of clang-format formats otherwise, so it is not the system's.
need_clang_format() { need_pip_tool clang-format "$clang_format_version"; }

need_ruff() { need_pip_tool ruff "$ruff_version"; }

need_pip_tool() { # NAME VERSION
  need_python
  [[ "$("build/venv/bin/$1" --version 2>/dev/null)" = *"$2"* ]] || pip_install "$1==$2"
}

pip_install() {
  timeout 600 "$PYTHON" -m pip install -q --disable-pip-version-check "$@" >&2
}

# need_go: says on stdout why there is none.
need_go() {
  command -v go >/dev/null && return 0
  local candidate
  candidate=$(apt-cache policy golang-go 2>/dev/null | sed -n 's/^ *Candidate: *\(.*:\)\?\([0-9.]*\).*/\2/p')
  # From 1.21 on, go fetches the newer toolchain that a module asks for.
  if ! printf '1.21\n%s\n' "${candidate:-0}" | sort -CV; then
    echo "Go 1.21 or newer is needed, and there is none"
    return 1
  fi
  need_packages golang-go || {
    echo "Go could not be installed"
    return 1
  }
}

# need_go_tool NAME MODULE@VERSION: puts build/tools/NAME on the PATH, or says
# on stdout why it cannot. A tool that the machine has already will do.
need_go_tool() {
  local name=$1 module=$2
  PATH="$PWD/build/tools:$PATH"
  command -v "$name" >/dev/null && return 0
  need_go || return
  say "building $name"
  mkdir -p build/tools
  GOBIN="$PWD/build/tools" GOTOOLCHAIN=auto GOFLAGS=-buildvcs=false \
    timeout 900 go install "$module" >&2 || {
    echo "$name could not be built"
    return 1
  }
}

# need_buildkit: the same for buildkitd, buildctl and buildx. It takes minutes.
need_buildkit() {
  need_go_tool buildx "github.com/docker/buildx/cmd/buildx@$buildx_version" || return
  command -v buildkitd >/dev/null && command -v buildctl >/dev/null && return 0
  need_go || return
  need_packages runc
  say "building buildkitd and buildctl"
  # Its own go.mod excludes modules, which `go install` refuses.
  local module
  module=$(mktemp -d)
  (
    tools=$PWD/build/tools
    export GOTOOLCHAIN=auto GOFLAGS=-buildvcs=false
    cd "$module"
    go mod init tools && go get "github.com/moby/buildkit/cmd/buildkitd@$buildkit_version" \
      "github.com/moby/buildkit/cmd/buildctl@$buildkit_version" &&
      timeout 1800 go build -o "$tools/" github.com/moby/buildkit/cmd/buildkitd github.com/moby/buildkit/cmd/buildctl
  ) >&2 || {
    echo "buildkitd could not be built"
    rm -rf "$module"
    return 1
  }
  rm -rf "$module"
}

need_act() { need_go_tool act "github.com/nektos/act@$act_version"; }
need_actionlint() {
  need_go_tool actionlint "github.com/rhysd/actionlint/cmd/actionlint@$actionlint_version"
}
