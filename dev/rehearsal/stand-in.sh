# Scripts source this file in the root of the repository. It configures the Nix that `setup` has unpacked, with the stand-ins
# as inputs of the flake.
# shellcheck shell=bash disable=SC2034  # the scripts that source this file use its variables
cache=${XDG_CACHE_HOME:-$HOME/.cache}/otel-lab/rehearsal
here=$PWD/dev/rehearsal
export PATH=$cache/bin:$cache/python/bin:$PATH
export NIX_REMOTE="local?root=$cache/store" NIX_USER_CONF_FILES=$cache/nix.conf NIX_CONF_DIR=/var/empty
export XDG_CACHE_HOME=$cache/cache
# Hold a shared lock while the script runs. `setup` empties a large store only if no script holds the lock.
exec {held}<>"$cache/lock"
flock --shared "$held"
work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
# Nix exits with 1 if it is interrupted. Exit with 130 instead, so that the caller can see the reason.
trap 'exit 130' INT

# The stand-ins replace the flake's inputs. Evaluation needs no programs, but a build needs the real ones.
inputs=(
  --offline --no-write-lock-file --quiet --quiet
  --override-input nixpkgs "path:$here/nixpkgs"
  --override-input crane "path:$here/crane"
)
mkdir "$work/none"
evaluate=("${inputs[@]}" --override-input nixpkgs/programs "path:$work/none")
build=("${inputs[@]}" --override-input nixpkgs/programs "path:$cache/programs")

# Nix lists at length which inputs differ from the lock file. If a command fails, show its output from the first error on, or
# all of it if there is no such line.
quietly() { "$@" 2>"$work/said" || { said && false; }; }
said() { { sed -n '/^error/,$p' "$work/said" | grep . || cat "$work/said"; } >&2; }
