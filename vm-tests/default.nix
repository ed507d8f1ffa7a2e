# The tests of the lab's own scenarios, and the checks that need no virtual machines.
{
  lib,
  pkgs,
  modules,
}:
let
  root = (import ./root.nix { inherit lib; }).source;
  tests = import ./tests.nix {
    inherit
      lib
      pkgs
      modules
      root
      ;
    scenarios = ./.;
  };
  # scenario3 with other ports and an additional collector: the parts must still find each other.
  moved = import ./test.nix {
    inherit lib modules root;
    module = ./moved;
  };
  inherit (import ./scenarios.nix { inherit lib; }) cases;
in
{
  checks = lib.foldl' lib.attrsets.unionOfDisjoint { } [
    tests.checks
    (import ./files.nix { inherit lib pkgs; })
    (import ./golden.nix {
      inherit lib pkgs cases;
      inherit (tests) nodes;
    })
    {
      scenario3-moved = pkgs.testers.runNixOSTest (
        moved (cases.scenario3 // { name = "scenario3-moved"; })
      );
    }
  ];
  inherit (tests) apps;
}
