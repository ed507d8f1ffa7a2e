# The lab's own scenarios, and what is checked without machines.
{
  lib,
  pkgs,
  modules,
}:
let
  tests = import ./tests.nix {
    inherit lib pkgs modules;
    scenarios = ./.;
    root = (import ./root.nix { inherit lib; }).source;
  };
in
{
  checks = lib.attrsets.unionOfDisjoint tests.checks (import ./files.nix { inherit lib pkgs; });
  inherit (tests) apps;
}
