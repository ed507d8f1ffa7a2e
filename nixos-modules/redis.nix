# Redis as a part: upstream's module, hardened as upstream has it, that begins empty and keeps nothing.
{ config, lib, ... }:
let
  cfg = config.services.otel-lab;
  inherit (import ../vm-tests/topology.nix { inherit lib; }) parts;
in
{
  config = lib.mkIf (lib.elem "redis" cfg.parts) {
    services.redis.servers.lab = {
      enable = true;
      port = parts.redis.ports.tcp;
      bind = cfg.listenAddress;
      inherit (cfg) openFirewall;
      save = [ ];
      # Without a password, Redis answers other machines only if told to.
      settings.protected-mode = cfg.listenAddress == "127.0.0.1";
    };
  };
}
