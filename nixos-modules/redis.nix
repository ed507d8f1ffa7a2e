# Redis as a part: the module of nixpkgs with its own hardening. Redis starts empty and persists nothing.
{ config, lib, ... }:
let
  cfg = config.services.otel-lab;
  inherit (lib) mkDefault;
  inherit (import ../topology.nix { inherit lib; }) parts;

  # Only services use Redis. If all of them run on this host, Redis is not reachable from other hosts.
  isElsewhere = name: cfg.hosts.${name} != null && !(lib.elem name cfg.running);
  usesRedis = name: part: part.role == "service" && isElsewhere name;
  isUsedElsewhere = lib.filterAttrs usesRedis parts != { };
  address = if isUsedElsewhere then cfg.listenAddress else "127.0.0.1";
in
{
  config = lib.mkIf (lib.elem "redis" cfg.parts) {
    services.redis.servers.lab = {
      enable = true;
      port = mkDefault cfg.ports.redis.tcp;
      bind = mkDefault address;
      openFirewall = mkDefault (cfg.openFirewall && isUsedElsewhere);
      save = mkDefault [ ];
      # Without a password, protected mode rejects clients on other hosts.
      settings.protected-mode = mkDefault (address == "127.0.0.1");
    };
  };
}
