# Redis as a part: upstream's module, hardened as upstream has it, that begins empty and keeps nothing.
{ config, lib, ... }:
let
  cfg = config.services.otel-lab;
  inherit (lib) mkDefault;
  inherit (import ../vm-tests/topology.nix { inherit lib; }) parts;

  # Only services ask it: where all of them are on this machine, nobody else can.
  isElsewhere = name: cfg.hosts.${name} != null && !(lib.elem name cfg.running);
  asks = name: part: part.role == "service" && isElsewhere name;
  isAsked = lib.filterAttrs asks parts != { };
  address = if isAsked then cfg.listenAddress else "127.0.0.1";
in
{
  config = lib.mkIf (lib.elem "redis" cfg.parts) {
    services.redis.servers.lab = {
      enable = true;
      port = mkDefault cfg.ports.redis.tcp;
      bind = mkDefault address;
      openFirewall = mkDefault (cfg.openFirewall && isAsked);
      save = mkDefault [ ];
      # Without a password, Redis answers other machines only if told to.
      settings.protected-mode = mkDefault (address == "127.0.0.1");
    };
  };
}
