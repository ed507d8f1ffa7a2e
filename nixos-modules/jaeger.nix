# Jaeger: the trace store, its query API and its UI.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.services.otel-lab.jaeger;
  layered = import ./layered.nix { inherit lib pkgs; };
  shared = import ./options.nix {
    inherit lib;
    part = "jaeger";
  };
in
{
  options.services.otel-lab.jaeger = shared // {
    enable = lib.mkEnableOption "the lab's Jaeger";
    inherit (layered) files;
    package = lib.mkPackageOption pkgs "otel-lab-jaeger" { };
    configFiles = layered.configFiles // {
      default = [ ../collector/jaeger.yaml ];
      defaultText = lib.literalExpression "[ ./collector/jaeger.yaml ]";
    };
  };

  config = lib.mkIf cfg.enable {
    networking.firewall.allowedTCPPorts = lib.mkIf cfg.openFirewall (lib.attrValues cfg.ports);
    systemd.services.jaeger = layered.unit "jaeger" cfg;
  };
}
