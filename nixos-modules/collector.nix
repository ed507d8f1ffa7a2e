# OpenTelemetry Collectors, keyed by name, so that an agent and a gateway can run on the same host.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  enabled = lib.filterAttrs (_: cfg: cfg.enable) config.services.otel-lab.collectors;
  open = lib.filter (cfg: cfg.openFirewall) (lib.attrValues enabled);
  layered = import ./layered.nix { inherit lib pkgs; };
  topology = import ../topology.nix { inherit lib; };

  instance =
    { name, ... }:
    let
      shared = import ./options.nix {
        inherit lib;
        part = name;
      };
    in
    {
      options = shared // {
        enable = lib.mkEnableOption "the collector ${name}";
        package = lib.mkPackageOption pkgs "opentelemetry-collector-contrib" { };
        inherit (layered) configFiles files;
      };
    };
in
{
  options.services.otel-lab.collectors = lib.mkOption {
    type = lib.types.attrsOf (lib.types.submodule instance);
    default = { };
    description = "The OpenTelemetry Collectors of this host, keyed by name.";
  };

  config = {
    networking.firewall.allowedTCPPorts = lib.concatMap (cfg: lib.attrValues cfg.ports) open;
    systemd.services = lib.mapAttrs' (
      name: cfg: lib.nameValuePair (topology.unit name) (layered.unit name cfg)
    ) enabled;
  };
}
