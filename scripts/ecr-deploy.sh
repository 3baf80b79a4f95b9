#!/usr/bin/env bash
# Deploys one app to Amazon ECR: builds it, pushes it once, gives it its
# version. This file is all there is to copy; `--help` says how to use it.
#
# The image goes up by digest, or under a tag of this try alone, which is taken
# off again. Its version is given afterwards by `ecr-version release`: whoever
# interrupts this script, or runs it twice at once, leaves nothing half done
# that the next run would not finish or pass over. Works with bash 3.2.
set -euo pipefail

# Used by `docker run` where no ecr-version is installed.
image_of_engine=${ECR_VERSION_IMAGE:-ghcr.io/OWNER/ecr-version-action:v1}

usage() {
  cat <<'HELP'
usage: ecr-deploy.sh APP patch|minor|major|auto [OPTION...] [-- BUILD ARGUMENT...]

Builds APP with Docker, pushes it to Amazon ECR, and gives it the next version:
X.Y.Z, X.Y.Z-<commit>, and the floating tags (latest) where they may move.
auto reads the bump from the commits, and deploys only what has changed.

  --dry-run        print every command and ECR call that would be made; make none
  --force          also where HEAD is released already, or a later commit is
  --allow-dirty    build what is not committed; it gets no X.Y.Z-<commit> tag
  --platform P     linux/amd64, or several with a comma (needs docker buildx)
  --prerelease L   X.Y.Z-L.N instead of a release
  --version-line N on a release branch: stay in 1, or in 1.4
  --config F, --registry R, --aws-region R, --role-to-assume ARN
                   as ecr-version has them
  -- ...           what follows goes to docker build (--build-arg, --secret, ...)

Runs from any folder of the repository. Needs git, Docker, and credentials for
AWS, by the usual variables or ~/.aws. ecr-version is $ECR_VERSION, else the one
on PATH, else build/ecr-version, else the image that $ECR_VERSION_IMAGE names.
Prints the released references on stdout, everything else on stderr.
HELP
}

say() { printf '%s\n' "$*" >&2; }
die() { # CODE MESSAGE
  local code=$1
  shift
  if [ "${GITHUB_ACTIONS:-}" = true ]; then say "::error::$*"; else say "error: $*"; fi
  exit "$code"
}
wrong_use() {
  die 2 "$* (ecr-deploy.sh --help says how)"
}

# --- what is asked for ------------------------------------------------------

app='' bump='' platform='' dry_run=false force=false allow_dirty=false
engine_options=() login_options=() build_arguments=()
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help)
      usage
      exit 0
      ;;
    --dry-run) dry_run=true ;;
    --force) force=true ;;
    --allow-dirty) allow_dirty=true ;;
    --platform)
      [ $# -gt 1 ] || wrong_use "$1 needs a value"
      platform=$2
      shift
      ;;
    --platform=*) platform=${1#*=} ;;
    --prerelease | --version-line | --config | --registry | --aws-region | --role-to-assume)
      [ $# -gt 1 ] || wrong_use "$1 needs a value"
      engine_options=(${engine_options[@]+"${engine_options[@]}"} "$1" "$2")
      case $1 in
        --aws-region | --role-to-assume) login_options=(${login_options[@]+"${login_options[@]}"} "$1" "$2") ;;
      esac
      shift
      ;;
    --prerelease=* | --version-line=* | --config=* | --registry=* | --aws-region=* | --role-to-assume=*)
      engine_options=(${engine_options[@]+"${engine_options[@]}"} "$1")
      case $1 in
        --aws-region=* | --role-to-assume=*) login_options=(${login_options[@]+"${login_options[@]}"} "$1") ;;
      esac
      ;;
    --)
      shift
      build_arguments=("$@")
      break
      ;;
    -*) wrong_use "there is no option $1" ;;
    *)
      if [ -z "$app" ]; then
        app=$1
      elif [ -z "$bump" ]; then
        bump=$1
      else
        wrong_use "what is $1? An app and a bump are all"
      fi
      ;;
  esac
  shift
done
[ -n "$app" ] || wrong_use 'which app is to be deployed?'
case $bump in
  patch | minor | major | auto) ;;
  '') wrong_use "which part of $app's version is to be raised: patch, minor, major or auto?" ;;
  *) wrong_use "$bump is no bump: patch, minor, major or auto" ;;
esac
for argument in ${build_arguments[@]+"${build_arguments[@]}"}; do
  case $argument in
    -t | -t?* | --tag | --tag=* | --push | --push=* | --load | --load=* | -o | -o?* | --output | --output=* | --metadata-file | --metadata-file=* | --iidfile | --iidfile=*)
      wrong_use "$argument is this script's own business: the image gets its tags from ecr-version"
      ;;
  esac
done

# --- the tools --------------------------------------------------------------

command -v git >/dev/null || die 1 'git is not installed, or not on PATH'
command -v docker >/dev/null || die 1 'Docker is not installed, or not on PATH; an image that is already pushed needs only: ecr-version release'
root=$(git rev-parse --show-toplevel 2>/dev/null) ||
  die 1 "no git repository here ($PWD): run this in the app's repository"
cd "$root"

engine=()
in_container=false
find_engine() {
  if [ -n "${ECR_VERSION:-}" ]; then
    engine=("$ECR_VERSION")
  elif command -v ecr-version >/dev/null; then
    engine=(ecr-version)
  elif [ -x build/ecr-version ]; then
    engine=("$root/build/ecr-version")
  else
    in_container=true
    container_engine
  fi
}

# Everything at its own place, and read only. Variables go by name: their
# values stand in no command line.
container_engine() {
  local name path common
  case $image_of_engine in
    */OWNER/*)
      die 1 "there is no ecr-version here: put a release's ecr-version-linux-amd64 on PATH as ecr-version, or name its image: ECR_VERSION_IMAGE=ghcr.io/<owner of ecr-version-action>/ecr-version-action:v1"
      ;;
  esac
  engine=(docker run --rm -i --user "$(id -u):$(id -g)" -e HOME -w "$root" -v "$root:$root:ro")
  [ "$(uname -s)" != Linux ] || engine=("${engine[@]}" --network host)
  common=$(cd "$(git rev-parse --git-common-dir)" && pwd)
  case $common/ in
    "$root"/*) ;;
    *) engine=("${engine[@]}" -v "$common:$common:ro") ;;
  esac
  [ ! -d "${HOME:-/nowhere}/.aws" ] || engine=("${engine[@]}" -v "$HOME/.aws:$HOME/.aws:ro")
  while read -r name; do
    case $name in
      AWS_* | GITHUB_* | ACTIONS_ID_TOKEN_* | RUNNER_DEBUG | [Hh][Tt][Tt][Pp]_[Pp]* | [Hh][Tt][Tt][Pp][Ss]_[Pp]* | [Nn][Oo]_[Pp]* | [Aa][Ll][Ll]_[Pp]*) ;;
      *) continue ;;
    esac
    engine=("${engine[@]}" -e "$name")
    case $name in
      *_FILE | AWS_CA_BUNDLE | GITHUB_EVENT_PATH) path=${!name} ;;
      *) continue ;;
    esac
    case $path/ in
      "$root"/* | "${HOME:-/nowhere}"/.aws/*) ;;
      /*) [ ! -f "$path" ] || engine=("${engine[@]}" -v "$path:$path:ro") ;;
    esac
  done < <(compgen -e)
  engine=("${engine[@]}" "$image_of_engine")
}

engine() { # COMMAND ARGUMENT...: with the options of this run
  "${engine[@]}" "$@" ${engine_options[@]+"${engine_options[@]}"}
}

# --- steps, and how long they took --------------------------------------------

step_name='' step_begin=0
step() { # NAME
  step_done
  step_name=$1 step_begin=$SECONDS
  [ "$dry_run" = true ] || say "==> $1"
}
step_done() {
  if [ -n "$step_name" ] && [ -t 2 ]; then
    say "    took $((SECONDS - step_begin)) s"
  fi
  step_name=''
}
# run COMMAND...: or, in a dry run, its words as they could be typed.
run() {
  if [ "$dry_run" = true ]; then
    would "$@"
  else
    "$@" >&2
  fi
}
would() {
  local text
  text=$(printf ' %q' "$@")
  say "would run:$text"
}

# What must not stay when this ends early: files, and the tag of this try.
folder='' try_tag='' try_is_there=false
clean_up() {
  local code=$?
  trap '' INT TERM HUP
  if [ "$try_is_there" = true ]; then
    try_is_there=false
    say "    taking off the tag $try_tag"
    engine release "$app" --untag "$try_tag" >/dev/null ||
      say "warning: the tag $try_tag stays on $ecr_repository: remove it with ecr-version release $app --untag $try_tag"
  fi
  if [ -n "$try_tag" ] && [ "$dry_run" = false ] && docker image inspect "$ecr_image:$try_tag" >/dev/null 2>&1; then
    # One image a repository is kept, for what the next build can reuse.
    docker tag "$ecr_image:$try_tag" "$ecr_image:last-try" >/dev/null 2>&1 || true
    docker rmi --no-prune "$ecr_image:$try_tag" >/dev/null 2>&1 || true
  fi
  [ -z "$folder" ] || rm -rf "$folder"
  exit "$code"
}
trap clean_up EXIT
trap 'say "interrupted"; exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# --- what is to be deployed -----------------------------------------------------

find_engine
folder=$(mktemp -d "${TMPDIR:-/tmp}/ecr-deploy.XXXXXX")
[ "$force" = false ] || engine_options=(${engine_options[@]+"${engine_options[@]}"} --force)

# Unset values of the fields below, so that a reader and shellcheck know them.
ecr_affected='' ecr_reason='' ecr_version='' ecr_previous_version='' ecr_release_tag='' ecr_preview='' ecr_head=''
ecr_repository='' ecr_registry='' ecr_image='' ecr_missing='' ecr_context='' ecr_dockerfile=''
ecr_target='' ecr_labels='' ecr_dirty=''

step "deciding what $app's next version is"
git status --porcelain -z --untracked-files=all >"$folder/status"
engine plan --app "$app" --bump "$bump" --shell --status - <"$folder/status" >"$folder/fields" ||
  exit $?
eval "$(cat "$folder/fields")"

if [ -n "$ecr_dirty" ] && [ "$allow_dirty" = false ]; then
  say "not committed, of what $app is built from:"
  printf '%s\n' "$ecr_dirty" | sed 's/^/  /' >&2
  die 1 "the image would not be commit ${ecr_head:0:7}: commit or stash these, or use --allow-dirty (it then gets no X.Y.Z-<commit> tag)"
fi
case $ecr_reason in
  already-released)
    say "$app: commit ${ecr_head:0:7} is released as $ecr_version already: nothing to build (--force gives it another version)"
    # One that was cut short may lack its floating tags.
    dry=()
    [ "$dry_run" = false ] || dry=(--dry-run)
    engine release "$app" --image "$ecr_release_tag" ${dry[@]+"${dry[@]}"}
    exit 0
    ;;
  superseded)
    say "$app: a later commit than ${ecr_head:0:7} is released as $ecr_version: nothing to do (--force deploys the old code as a new version)"
    exit 0
    ;;
esac
if [ "$ecr_preview" = true ]; then
  die 1 'this run is a preview, of a pull request or a merge queue: it releases nothing; run it on push, or give --prerelease'
fi
if [ "$bump" = auto ] && [ "$ecr_affected" = false ]; then
  say "$app: nothing to do ($ecr_reason); patch, minor or major deploys it all the same"
  exit 0
fi
[ -f "$ecr_dockerfile" ] || die 1 "$app cannot be built: there is no $ecr_dockerfile"

commit_options=()
[ -z "$ecr_dirty" ] || commit_options=(--no-commit-tag)
say "$app: ${ecr_previous_version:-no release} → $ecr_version, from commit ${ecr_head:0:7} into $ecr_image"

# --- the repository, and Docker's login -----------------------------------------

if [ "$ecr_missing" = true ]; then
  step "creating the repository $ecr_repository"
  if [ "$dry_run" = false ]; then
    engine release "$app" --prepare >/dev/null
    eval "$(engine plan --app "$app" --bump "$bump" --shell 2>/dev/null)"
    [ "$ecr_missing" = false ] ||
      die 1 "there is no repository $ecr_repository in ECR: create it, or set \`missing-repository: create\`"
  fi
fi

# A credential helper that Docker knows for this host needs no login, and would
# refuse one.
has_helper() {
  local config=${DOCKER_CONFIG:-${HOME:-}/.docker}/config.json
  [ -f "$config" ] && tr -d '[:space:]' <"$config" | grep -qE "\"$1\":\"|\"credsStore\":\"ecr-login\""
}
host=${ecr_registry%%/*}
step "logging in to $host"
if has_helper "$host"; then
  say '    a credential helper does'
elif [ "$in_container" = false ]; then
  run "${engine[@]}" login "$host" ${login_options[@]+"${login_options[@]}"}
elif [ "$dry_run" = true ]; then
  say "would run: ecr-version login --print-password $host | docker login --username AWS --password-stdin $host"
else
  "${engine[@]}" login --print-password "$host" ${login_options[@]+"${login_options[@]}"} |
    docker login --username AWS --password-stdin "$host" >/dev/null
fi

# --- build and push ---------------------------------------------------------------

# With buildx: which driver? The one named docker cannot push by digest.
builder=classic
if docker buildx version >/dev/null 2>&1; then
  driver=$(docker buildx inspect 2>/dev/null | sed -n 's/^Driver:[[:space:]]*//p' | head -1)
  builder=buildx
  case $driver in docker | '') builder=engine ;; esac
fi
case $builder,$platform in
  classic,*,*) die 1 "several platforms at once need docker buildx (docs.docker.com/go/buildx): $platform" ;;
esac

arguments=(--file "$ecr_dockerfile")
[ -z "$ecr_target" ] || arguments=("${arguments[@]}" --target "$ecr_target")
[ -z "$platform" ] || arguments=("${arguments[@]}" --platform "$platform")
while IFS= read -r label; do
  [ -z "$label" ] || arguments=("${arguments[@]}" --label "$label")
done <<<"$ecr_labels"
if [ "$builder" != classic ]; then
  # An attestation makes an index of every image, which Lambda refuses.
  case " ${build_arguments[*]+"${build_arguments[*]}"} " in
    *' --provenance'* | *' --attest'*) ;;
    *) arguments=("${arguments[@]}" --provenance=false) ;;
  esac
  case " ${build_arguments[*]+"${build_arguments[*]}"} " in
    *' --sbom'* | *' --attest'*) ;;
    *) arguments=("${arguments[@]}" --sbom=false) ;;
  esac
fi
arguments=("${arguments[@]}" ${build_arguments[@]+"${build_arguments[@]}"} "$ecr_context")

digest=''
if [ "$builder" = buildx ]; then
  step "building and pushing $app by digest"
  run docker buildx build --output "type=image,name=$ecr_image,push=true,push-by-digest=true,name-canonical=true" \
    --metadata-file "$folder/metadata" "${arguments[@]}"
  if [ "$dry_run" = false ]; then
    digest=$(tr -d ' \t\n' <"$folder/metadata" |
      sed -n 's/.*"containerimage\.digest":"\(sha256:[0-9a-f]*\)".*/\1/p')
  fi
else
  try_tag=try-${ecr_head:0:7}-$(date -u +%Y%m%d%H%M%S)-$$-$RANDOM
  step "building $app"
  run docker build --tag "$ecr_image:$try_tag" "${arguments[@]}"
  step "pushing $app"
  if [ "$dry_run" = true ]; then
    would docker push "$ecr_image:$try_tag"
  else
    try_is_there=true
    docker push "$ecr_image:$try_tag" | tee "$folder/push" >&2
    digest=$(sed -n 's/^.*digest: \(sha256:[0-9a-f]*\) size:.*$/\1/p' "$folder/push" | tail -1)
  fi
fi

# --- its version ------------------------------------------------------------------

release=(release "$app" --bump "$bump" ${commit_options[@]+"${commit_options[@]}"})
if [ "$dry_run" = true ]; then
  step ''
  [ -z "$try_tag" ] || release=("${release[@]}" --untag "$try_tag")
  engine "${release[@]}" --dry-run >/dev/null
  exit 0
fi
[ -n "$digest" ] || die 1 "Docker did not say which digest it pushed to $ecr_image: nothing is released"
step "giving $digest its version"
engine "${release[@]}" --image "$digest" ${try_tag:+--untag "$try_tag"} >"$folder/released"
try_is_there=false
step_done
if [ -s "$folder/released" ]; then
  # The local name of the image is its released one.
  [ -z "$try_tag" ] ||
    docker tag "$ecr_image:$try_tag" "$(head -1 "$folder/released")" >/dev/null 2>&1 || true
  cat "$folder/released"
fi
