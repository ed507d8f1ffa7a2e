# A NixOS test and an app for every case in a folder of scenarios.
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
  layering = import ../collector/layering.nix { inherit lib pkgs; };

  played = lib.filterAttrs (_: play: play.rejected_by == null) plays;
  tests = lib.mapAttrs (_: play: pkgs.testers.runNixOSTest (test play)) played;
  refusal =
    name: play:
    (layering name play.rejected_by play.layers.${play.rejected_by}).refused
      play.expect_failure.output_matches;
in
{
  # A case whose configuration must be rejected has no virtual machines. Its check verifies the rejection and the reason.
  checks =
    tests
    // lib.mapAttrs refusal (lib.filterAttrs (_: play: play.rejected_by != null) plays)
    // {
      # `lab` parses every scenario and rejects unknown keys, before any virtual machine boots.
      scenario-files = pkgs.runCommand "scenario-files" { } ''
        ${lib.getExe pkgs.otel-lab} --root ${root} list > $out
      '';
    };
  apps = lib.mapAttrs (name: test: app name plays.${name}.title test.driverInteractive) tests;
}
