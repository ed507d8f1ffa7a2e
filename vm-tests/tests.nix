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
  inherit (import ./scenarios.nix { inherit lib scenarios; }) cases;
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

  # A case whose configuration must be rejected has no virtual machines. Its check verifies the rejection and the reason.
  refused = lib.filterAttrs (_: case: case.rejected_by != null) cases;
  evaluated = lib.mapAttrs (_: case: pkgs.testers.runNixOSTest (test case)) cases;
  tests = removeAttrs evaluated (lib.attrNames refused);
  refusal =
    name: case:
    (layering name case.rejected_by case.layers.${case.rejected_by}).refused
      case.expect_failure.output_matches;
in
{
  checks =
    tests
    // lib.mapAttrs refusal refused
    // {
      # `lab` parses every scenario and rejects unknown keys, before any virtual machine boots.
      scenario-files = pkgs.runCommand "scenario-files" { } ''
        ${lib.getExe pkgs.otel-lab} --root ${root} list > $out
      '';
    };
  # The nodes of every case, for the check `vm-tests-golden`.
  nodes = lib.mapAttrs (_: test: test.nodes) evaluated;
  apps = lib.mapAttrs (name: test: app name cases.${name}.title test.driverInteractive) tests;
}
