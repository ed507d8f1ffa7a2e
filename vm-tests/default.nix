# A NixOS test and an app for everything that there is to play.
{
  lib,
  pkgs,
  modules,
}:
let
  inherit (import ./scenarios.nix { inherit lib; }) plays;
  test = import ./test.nix { inherit lib modules; };
  tests = lib.mapAttrs (_: play: pkgs.testers.runNixOSTest (test play)) plays;

  app = import ./app.nix { inherit lib pkgs; };
in
{
  checks = lib.attrsets.unionOfDisjoint tests (import ./files.nix { inherit lib pkgs; });
  apps = lib.mapAttrs (name: test: app name plays.${name}.title test.driverInteractive) tests;
}
