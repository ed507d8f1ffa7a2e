# Every layering that a scenario names is accepted by its program; but those that are to be refused belong to their test.
{ lib, pkgs }:
let
  inherit (import ../vm-tests/scenarios.nix { inherit lib; }) plays;
  layering = import ./layering.nix { inherit lib pkgs; };

  # agent.yaml with give-up.yaml is the check `config-agent-give-up`; a scenario's own file has its folder's name before its own.
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
  sound = play: lib.filterAttrs (part: _: part != play.refused) play.layers;
in
{
  checks = lib.listToAttrs (
    lib.concatMap (play: lib.mapAttrsToList check (sound play)) (lib.attrValues plays)
  );
}
