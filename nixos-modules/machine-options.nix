# The options of a host in the lab: which parts it runs, and how these parts are configured.
{ config, lib, ... }:
let
  cfg = config.services.otel-lab;
  inherit (lib) mkOption types;
  topology = import ../topology.nix { inherit lib; };
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
      description = "Names of the parts that run on this host.";
    };
    listenAddress = mkOption {
      type = types.str;
      default = "127.0.0.1";
      description = "The address on which the parts listen. Redis listens on loopback unless a service runs on another host.";
    };
    openFirewall = mkOption {
      type = types.bool;
      default = false;
      description = "Whether to open the firewall for the parts. The port of Redis stays closed unless a service runs on another host.";
    };
    export = mkOption {
      type = types.enum (
        lib.attrNames (lib.filterAttrs (_: { ports, ... }: ports ? otlp_http) topology.parts)
      );
      default = "agent";
      description = "The part to which the services export traces and metrics.";
    };
    seed = mkOption {
      type = types.ints.unsigned;
      default = 1;
      description = "The seed for the random choices of the services.";
    };
    # The following options have one attribute per part, so that an unknown part name is rejected.
    environment = lib.genAttrs (parts ++ [ "services" ]) (
      name:
      mkOption {
        type = types.attrsOf types.str;
        default = { };
        example.LAB_USERS_REFRESH_MS = "2000";
        description = "Environment variables of `${name}` (`services`: of every service). `{agent:otlp_http}` becomes the URL of that port.";
      }
    );
    layers = lib.genAttrs layered (
      name:
      mkOption {
        type = types.nonEmptyListOf types.path;
        default = [ (../collector + "/${name}.yaml") ];
        defaultText = lib.literalExpression "[ ./collector/${name}.yaml ]";
        description = "The YAML configuration files of ${name}, in the order in which they are merged.";
      }
    );
    files = lib.genAttrs layered (
      name:
      mkOption {
        type = types.attrsOf types.lines;
        default = { };
        description = "Files to create in the state directory of ${name}, keyed by name. Existing files are kept.";
      }
    );
    units = mkOption {
      type = types.attrsOf types.str;
      default = lib.genAttrs cfg.running (name: "${topology.unit name}.service");
      defaultText = "the unit of each part in `running`";
      readOnly = true;
      description = "The systemd units of the parts in `running`, keyed by part name.";
    };
  };
}
