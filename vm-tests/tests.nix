# A NixOS test and an app for everything that there is to play in a folder of scenarios.
{
  lib,
  pkgs,
  modules,
  scenarios,
  root,
  module ? { },
}:
let
  inherit (import ./scenarios.nix { inherit lib scenarios; }) plays;
  test = import ./test.nix {
    inherit
      lib
      modules
      root
      module
      ;
  };
  app = import ./app.nix { inherit lib pkgs; };
in
rec {
  checks = lib.mapAttrs (_: play: pkgs.testers.runNixOSTest (test play)) plays;
  apps = lib.mapAttrs (name: test: app name plays.${name}.title test.driverInteractive) checks;
}
