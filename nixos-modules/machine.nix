# One machine of the lab, composed from the names of its parts and told where all the others are.
{ config, lib, ... }:
let
  cfg = config.services.otel-lab;
  inherit (lib) mkOption types;
  topology = import ../vm-tests/topology.nix { inherit lib; };
  part = types.enum (lib.attrNames topology.parts);

  has = name: lib.elem name cfg.parts;
  ofRole = role: lib.attrNames (lib.filterAttrs (_: known: known.role == role) topology.parts);
  host = name: if has name then "127.0.0.1" else cfg.hosts.${name} or "127.0.0.1";
  isService = name: topology.parts.${name}.role == "service";

  exportPort = topology.parts.${cfg.export}.ports.otlp_http;
  exporting = {
    OTEL_EXPORTER_OTLP_ENDPOINT = "http://${host cfg.export}:${toString exportPort}";
    LAB_SEED = toString cfg.seed;
  };
  # For one key, the lab's settings and then this lab's own.
  settings = key: [
    (topology.environment.${key} or { })
    (cfg.environment.${key} or { })
  ];
  environment =
    name:
    lib.mapAttrs (_: topology.filled host) (
      lib.mergeAttrsList (
        [ cfg.addresses ]
        ++ lib.optionals (isService name) ([ exporting ] ++ settings "services")
        ++ settings name
      )
    );
  # Every part that there is, enabled where its name is among ours.
  compose =
    role: further:
    lib.genAttrs (ofRole role) (
      name:
      lib.mkIf (has name) (
        {
          enable = true;
          inherit (cfg) listenAddress openFirewall;
          environment = environment name;
        }
        // further name
      )
    );
  layered = name: {
    configFiles = cfg.layers.${name} or [ (../collector + "/${name}.yaml") ];
    files = cfg.files.${name} or { };
  };
in
{
  options.services.otel-lab = {
    parts = mkOption {
      type = types.listOf part;
      default = [ ];
      description = "The parts that run on this machine.";
    };
    hosts = mkOption {
      type = types.attrsOf types.str;
      default = { };
      example.jaeger = "backend";
      description = "The host of every part of the lab.";
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
      type = part;
      default = "agent";
      description = "The part to which the services send traces and metrics.";
    };
    seed = mkOption {
      type = types.ints.unsigned;
      default = 1;
      description = "The seed of what the services choose by chance.";
    };
    environment = mkOption {
      type = types.attrsOf (types.attrsOf types.str);
      default = { };
      example.users.LAB_USERS_REFRESH_MS = "2000";
      description = "Variables of a part, or of all `services`.";
    };
    layers = mkOption {
      type = types.attrsOf (types.nonEmptyListOf types.path);
      default = { };
      description = "The YAML layers of a collector or Jaeger, where they are not the one file of its name.";
    };
    files = mkOption {
      type = types.attrsOf (types.attrsOf types.lines);
      default = { };
      description = "Files in the state directory of a collector or Jaeger, by part and name.";
    };
    addresses = mkOption {
      type = types.attrsOf types.str;
      default = topology.addresses host;
      defaultText = "LAB_<PART>_HOST and LAB_<PART>_<PORT>";
      readOnly = true;
      description = "Where every part is, seen from this machine.";
    };
    units = mkOption {
      type = types.attrsOf types.str;
      default = lib.genAttrs cfg.parts (name: "${topology.unit name}.service");
      defaultText = "the unit of each of `parts`";
      readOnly = true;
      description = "The unit that runs each part of this machine.";
    };
  };

  config = {
    services.otel-lab =
      compose "service" (_: { })
      // compose "jaeger" layered
      // {
        collectors = compose "collector" layered;
      };
    # Who sends starts after who receives, and so stops before it.
    systemd.services = lib.genAttrs (map topology.unit (lib.filter isService cfg.parts)) (_: {
      after = map (name: cfg.units.${name}) (lib.filter (name: !isService name) cfg.parts);
    });
  };
}
