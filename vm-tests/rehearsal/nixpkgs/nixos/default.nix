# The modules of a NixOS machine, with only the options that the lab sets or reads, under upstream's names and types.
{ pkgs }:
[
  { _module.args = { inherit pkgs; }; }
  ./build.nix
  ./machine.nix
  ./prometheus.nix
  ./redis.nix
  ./systemd.nix
]
