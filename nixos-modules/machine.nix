# Composes one host of the lab from the names of its parts.
{ config, lib, ... }:
let
  cfg = config.services.otel-lab;
  inherit (lib) mkDefault;
  topology = import ../topology.nix { inherit lib; };

  has = name: lib.elem name cfg.parts;
  ofRole = role: lib.attrNames (lib.filterAttrs (_: known: known.role == role) topology.parts);
  isService = name: lib.elem name (ofRole "service");

  target = cfg.places.${cfg.export};
  exporting = {
    OTEL_EXPORTER_OTLP_ENDPOINT = "http://${target.host}:${toString target.ports.otlp_http}";
    LAB_SEED = toString cfg.seed;
  };
  # The variables for one key: first those of topology.toml, then those of `services.otel-lab.environment`.
  settings = key: [
    (topology.environment.${key} or { })
    cfg.environment.${key}
  ];
  environment =
    name:
    lib.mapAttrs (_: text: mkDefault (topology.filled cfg.places text)) (
      lib.mergeAttrsList (
        [ cfg.addresses ]
        ++ lib.optionals (isService name) ([ exporting ] ++ settings "services")
        ++ settings name
      )
    );
  # For every part of one role: if `parts` lists it, enable it with these values. They are defaults, so an option that
  # is set directly on the part takes precedence.
  compose =
    role: further:
    lib.genAttrs (ofRole role) (
      name:
      lib.mkIf (has name) (
        {
          enable = true;
          listenAddress = mkDefault cfg.listenAddress;
          openFirewall = mkDefault cfg.openFirewall;
          ports = mkDefault cfg.ports.${name};
          environment = environment name;
        }
        // further name
      )
    );
  layered = name: {
    configFiles = mkDefault cfg.layers.${name};
    files = lib.mapAttrs (_: mkDefault) cfg.files.${name};
  };
in
{
  imports = [ ./machine-options.nix ];

  config = {
    services.otel-lab =
      compose "service" (_: { })
      // compose "jaeger" layered
      // {
        collectors = compose "collector" layered;
      };
    # Services start after the parts that receive their data, and therefore stop before these parts.
    systemd.services = lib.genAttrs (map topology.unit (lib.filter isService cfg.running)) (_: {
      after = lib.attrValues (lib.filterAttrs (name: _: !isService name) cfg.units);
    });
  };
}
