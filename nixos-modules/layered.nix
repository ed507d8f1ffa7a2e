# A program that reads YAML in layers, which is a collector, or Jaeger, which is one too: further options, and its unit.
{ lib, pkgs }:
let
  topology = import ../vm-tests/topology.nix { inherit lib; };
  unit = import ./unit.nix { inherit lib pkgs; };
  validate = import ../collector/validate.nix { inherit lib pkgs; };
in
{
  configFiles = lib.mkOption {
    type = lib.types.nonEmptyListOf lib.types.path;
    example = lib.literalExpression "[ ./agent.yaml ./sampling.yaml ]";
    description = "YAML files in layers: a later one is merged into those before, and replaces lists whole.";
  };

  files = lib.mkOption {
    type = lib.types.attrsOf lib.types.lines;
    default = { };
    description = "Files that are in the state directory before the first start, by name; what is written later stays.";
  };

  unit =
    part: cfg:
    let
      name = topology.unit part;
      environment = topology.variables part cfg;
      configuration = validate {
        name = "${name}-config";
        inherit environment;
        inherit (cfg) package;
        files = cfg.configFiles;
        arguments = topology.parts.${part}.arguments or [ ];
      };
      put = file: text: ''
        [ -e "$STATE_DIRECTORY"/${file} ] || cp ${pkgs.writeText file text} "$STATE_DIRECTORY"/${file}
      '';
    in
    unit {
      description = "otel-lab ${part}";
      inherit (configuration) command;
      inherit environment;
      ready = topology.ready part cfg;
      serviceConfig.StateDirectory = name;
    }
    // lib.optionalAttrs (cfg.files != { }) {
      preStart = lib.concatStrings (lib.mapAttrsToList put cfg.files);
    };
}
