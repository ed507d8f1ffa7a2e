# What one says of a machine of the lab: which parts it runs, and what they are told.
{ config, lib, ... }:
let
  cfg = config.services.otel-lab;
  inherit (lib) mkOption types;
  topology = import ../vm-tests/topology.nix { inherit lib; };
  parts = lib.attrNames topology.parts;
  part = types.enum parts;
  layered = lib.attrNames (
    lib.filterAttrs (
      _:
      { role, ... }:
      lib.elem role [
        "collector"
        "jaeger"
      ]
    ) topology.parts
  );
in
{
  options.services.otel-lab = {
    parts = mkOption {
      type = types.listOf part;
      default = [ ];
      description = "The parts that run on this machine.";
    };
    listenAddress = mkOption {
      type = types.str;
      default = "127.0.0.1";
      description = "The address that every part binds.";
    };
    openFirewall = mkOption {
      type = types.bool;
      default = false;
      description = "Whether other machines may reach the parts.";
    };
    export = mkOption {
      type = types.enum (
        lib.attrNames (lib.filterAttrs (_: { ports, ... }: ports ? otlp_http) topology.parts)
      );
      default = "agent";
      description = "The part to which the services send traces and metrics.";
    };
    seed = mkOption {
      type = types.ints.unsigned;
      default = 1;
      description = "The seed of what the services choose by chance.";
    };
    # From here on an option for each part: a name that there is not is an error.
    environment = lib.genAttrs (parts ++ [ "services" ]) (
      name:
      mkOption {
        type = types.attrsOf types.str;
        default = { };
        example.LAB_USERS_REFRESH_MS = "2000";
        description = "Variables of ${name}; `{agent:otlp_http}` is the URL of that port.";
      }
    );
    layers = lib.genAttrs layered (
      name:
      mkOption {
        type = types.nonEmptyListOf types.path;
        default = [ (../collector + "/${name}.yaml") ];
        defaultText = lib.literalExpression "[ ./collector/${name}.yaml ]";
        description = "The YAML layers of ${name}.";
      }
    );
    files = lib.genAttrs layered (
      name:
      mkOption {
        type = types.attrsOf types.lines;
        default = { };
        description = "Files in the state directory of ${name}, by name.";
      }
    );
    units = mkOption {
      type = types.attrsOf types.str;
      default = lib.genAttrs cfg.running (name: "${topology.unit name}.service");
      defaultText = "the unit of each of `running`";
      readOnly = true;
      description = "The unit of each of `running`.";
    };
  };
}
