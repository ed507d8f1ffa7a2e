# Every layering that a scenario names, accepted by its program with nothing but the files' own defaults.
{ lib, pkgs }:
let
  inherit (import ../vm-tests/scenarios.nix { inherit lib; }) plays;
  inherit (import ../vm-tests/topology.nix { inherit lib; }) parts;
  validate = import ./validate.nix { inherit lib pkgs; };

  programs = {
    collector = pkgs.opentelemetry-collector-contrib;
    jaeger = pkgs.otel-lab-jaeger;
  };

  # agent.yaml with give-up.yaml is the check `config-agent-give-up`.
  check =
    part: files:
    let
      name = "config-${lib.concatMapStringsSep "-" (lib.removeSuffix ".yaml") files}";
    in
    lib.nameValuePair name
      (validate {
        inherit name;
        package = programs.${parts.${part}.role};
        files = map (file: ./. + "/${file}") files;
        arguments = parts.${part}.arguments or [ ];
        environment = { };
      }).accepted;
in
{
  checks = lib.listToAttrs (
    lib.concatMap (play: lib.mapAttrsToList check play.layers) (lib.attrValues plays)
  );
}
