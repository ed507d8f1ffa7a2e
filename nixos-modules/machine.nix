# One machine of the lab, composed from the names of its parts and told where all the others are.
{ config, lib, ... }:
let
  cfg = config.services.otel-lab;
  topology = import ../vm-tests/topology.nix { inherit lib; };

  has = name: lib.elem name cfg.parts;
  ofRole = role: lib.attrNames (lib.filterAttrs (_: known: known.role == role) topology.parts);
  host = name: if has name || cfg.hosts.${name} == null then "127.0.0.1" else cfg.hosts.${name};
  isService = name: topology.parts.${name}.role == "service";

  exportPort = topology.parts.${cfg.export}.ports.otlp_http;
  exporting = {
    OTEL_EXPORTER_OTLP_ENDPOINT = "http://${host cfg.export}:${toString exportPort}";
    LAB_SEED = toString cfg.seed;
  };
  # For one key, the lab's settings and then this lab's own.
  settings = key: [
    (topology.environment.${key} or { })
    cfg.environment.${key}
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
    configFiles = cfg.layers.${name};
    files = cfg.files.${name};
  };
in
{
  imports = [ ./machine-options.nix ];

  options.services.otel-lab.addresses = lib.mkOption {
    type = lib.types.attrsOf lib.types.str;
    default = topology.addresses host;
    defaultText = "LAB_<PART>_HOST and LAB_<PART>_<PORT>";
    readOnly = true;
    description = "Where every part is, seen from this machine.";
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
