# `services.redis` of nixpkgs: the options that the lab sets, and the unit with the hardening of nixpkgs.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  servers = lib.filterAttrs (_: server: server.enable) config.services.redis.servers;
  word = value: if lib.isBool value then (if value then "yes" else "no") else toString value;
  settings =
    name: server:
    {
      inherit (server) bind port;
      supervised = "systemd";
      daemonize = false;
      dir = "/var/lib/redis-${name}";
      save = map (pair: "${toString (lib.head pair)} ${toString (lib.last pair)}") server.save;
    }
    // server.settings;
  lines =
    name: value:
    if lib.isList value then
      (if value == [ ] then [ ''${name} ""'' ] else map (one: "${name} ${word one}") value)
    else
      [ "${name} ${word value}" ];
  file =
    name: server:
    pkgs.writeText "redis-${name}.conf" (
      lib.concatMapStrings (line: line + "\n") (
        lib.concatLists (lib.mapAttrsToList lines (settings name server))
      )
    );
in
{
  options.services.redis.servers = mkOption {
    default = { };
    type = types.attrsOf (types.submodule ./redis-server.nix);
  };

  config = {
    boot.kernel.sysctl = lib.mkIf (servers != { }) { "vm.overcommit_memory" = "1"; };
    networking.firewall.allowedTCPPorts = lib.concatMap (
      server: lib.optional server.openFirewall server.port
    ) (lib.attrValues servers);
    users.users = lib.mapAttrs' (
      name: _:
      lib.nameValuePair "redis-${name}" {
        isSystemUser = true;
        group = "redis-${name}";
      }
    ) servers;
    users.groups = lib.mapAttrs' (name: _: lib.nameValuePair "redis-${name}" { }) servers;
    systemd.services = lib.mapAttrs' (
      name: server:
      lib.nameValuePair "redis-${name}" {
        description = "Redis Server - redis-${name}";
        wantedBy = [ "multi-user.target" ];
        after = [ "network.target" ];
        serviceConfig = import ./upstream-hardening.nix // {
          ExecStart = "${pkgs.redis}/bin/redis-server ${file name server}";
          Type = "notify";
          User = "redis-${name}";
          Group = "redis-${name}";
          RuntimeDirectory = "redis-${name}";
          RuntimeDirectoryMode = "0750";
          StateDirectory = "redis-${name}";
          StateDirectoryMode = "0700";
          ProtectSystem = "strict";
          PrivateMounts = true;
          SystemCallFilter = "~@cpu-emulation @debug @keyring @memlock @mount @obsolete @privileged @resources @setuid";
          UMask = "0077";
          LimitNOFILE = 10032;
        };
      }
    ) servers;
  };
}
