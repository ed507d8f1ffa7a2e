# The module of one of the four services, given its name. All services have the same options and the same kind of unit.
part:
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.services.otel-lab.${part};
  topology = import ../topology.nix { inherit lib; };
  unit = import ./unit.nix { inherit lib pkgs; };
in
{
  options.services.otel-lab.${part} = import ./options.nix { inherit lib part; } // {
    enable = lib.mkEnableOption "the lab's service ${part}";
    package = lib.mkPackageOption pkgs "otel-lab" { };
  };

  config = lib.mkIf cfg.enable {
    networking.firewall.allowedTCPPorts = lib.mkIf cfg.openFirewall (lib.attrValues cfg.ports);
    systemd.services.${topology.unit part} = unit {
      description = "otel-lab ${part}";
      command = lib.getExe' cfg.package part;
      environment = topology.variables part cfg;
      ready = topology.ready part cfg;
    };
  };
}
