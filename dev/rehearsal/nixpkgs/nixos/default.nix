# The NixOS modules of a node. They declare only the options that the lab sets or reads, with the names and types of nixpkgs.
{ pkgs }:
[
  { _module.args = { inherit pkgs; }; }
  ./build.nix
  ./machine.nix
  ./prometheus.nix
  ./redis.nix
  ./systemd.nix
]
