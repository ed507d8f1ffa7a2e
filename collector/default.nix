# Checks that the real program accepts every list of layers that a scenario names. A planted fault may expect a list to
# be rejected: the check of that fault covers it, and it is left out here.
{ lib, pkgs }:
let
  inherit (import ../vm-tests/scenarios.nix { inherit lib; }) cases;
  layering = import ./layering.nix { inherit lib pkgs; };

  # The check of agent.yaml with give-up.yaml is called `config-agent-give-up`. A file from a scenario's folder gets the
  # name of that folder as a prefix.
  called =
    file:
    lib.optionalString (dirOf file != ./.) "${baseNameOf (dirOf file)}-"
    + lib.removeSuffix ".yaml" (baseNameOf file);
  check =
    part: files:
    let
      name = "config-${lib.concatMapStringsSep "-" called files}";
    in
    lib.nameValuePair name (layering name part files).accepted;
  sound = case: lib.filterAttrs (part: _: part != case.rejected_by) case.layers;
in
{
  checks = lib.listToAttrs (
    lib.concatMap (case: lib.mapAttrsToList check (sound case)) (lib.attrValues cases)
  );
}
