# Sourced at the root of the repository: Nix as `setup` has left it, with the stand-ins in place of the flake's inputs.
# shellcheck shell=bash disable=SC2034  # what is set here is used by those who source it
cache=${XDG_CACHE_HOME:-$HOME/.cache}/otel-lab/rehearsal
here=$PWD/vm-tests/rehearsal
export PATH=$cache/bin:$cache/python/bin:$PATH
export NIX_REMOTE="local?root=$cache/store" NIX_USER_CONF_FILES=$cache/nix.conf NIX_CONF_DIR=/var/empty
export XDG_CACHE_HOME=$cache/cache
# Held as long as something here runs: `setup` empties a large store only when nobody has it.
exec {held}<>"$cache/lock"
flock --shared "$held"
work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
# Nix ends with 1 when it is interrupted: whoever calls us shall see what it was.
trap 'exit 130' INT

# The stand-ins in place of the flake's inputs.  To evaluate, no program is needed; to build, the real ones are.
inputs=(
  --offline --no-write-lock-file --quiet --quiet
  --override-input nixpkgs "path:$here/nixpkgs"
  --override-input crane "path:$here/crane"
)
mkdir "$work/none"
evaluate=("${inputs[@]}" --override-input nixpkgs/programs "path:$work/none")
build=("${inputs[@]}" --override-input nixpkgs/programs "path:$cache/programs")

# Nix tells at length which inputs are not the locked ones: what it says is shown from its first error on, and all of it if it names none.
quietly() { "$@" 2>"$work/said" || { said && false; }; }
said() { { sed -n '/^error/,$p' "$work/said" | grep . || cat "$work/said"; } >&2; }
