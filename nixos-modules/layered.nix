# Additional options and the unit of a program that reads layered YAML files: a collector, or Jaeger, which is built on
# the Collector.
{ lib, pkgs }:
let
  topology = import ../topology.nix { inherit lib; };
  unit = import ./unit.nix { inherit lib pkgs; };
  validate = import ../collector/validate.nix { inherit lib pkgs; };
in
{
  configFiles = lib.mkOption {
    type = lib.types.nonEmptyListOf lib.types.path;
    example = lib.literalExpression "[ ./agent.yaml ./sampling.yaml ]";
    description = "YAML configuration files, in order. A later file is merged into the earlier ones; its lists replace theirs.";
  };

  files = lib.mkOption {
    type = lib.types.attrsOf lib.types.lines;
    default = { };
    description = "Files to create in the state directory before the unit starts, keyed by name. Existing files are kept.";
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
