# `services.prometheus` of nixpkgs: the options that the lab sets, the configuration file, which promtool checks, and the unit.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  option = type: default: mkOption { inherit type default; };
  text = option (types.nullOr types.str) null;
  cfg = config.services.prometheus;
  given = lib.filterAttrs (_: value: value != null);
  generated = pkgs.writeText "prometheus.yml" (
    builtins.toJSON {
      global = given cfg.globalConfig;
      scrape_configs = map given cfg.scrapeConfigs;
    }
  );
  checked = pkgs.runCommand "prometheus-checked.yml" { } ''
    ${cfg.package.cli}/bin/promtool check config ${generated}
    cp ${generated} $out
  '';
in
{
  options.services.prometheus = {
    enable = option types.bool false;
    package = option types.package pkgs.prometheus;
    listenAddress = option types.str "0.0.0.0";
    port = option types.port 9090;
    globalConfig = option (types.submodule {
      options = {
        scrape_interval = text;
        scrape_timeout = text;
      };
    }) { };
    scrapeConfigs = option (types.listOf (
      types.submodule {
        options = {
          job_name = mkOption { type = types.str; };
          honor_labels = option (types.nullOr types.bool) null;
          static_configs = option (types.nullOr (
            types.listOf (types.submodule { options.targets = mkOption { type = types.listOf types.str; }; })
          )) null;
        };
      }
    )) [ ];
  };

  config = lib.mkIf cfg.enable {
    users.users.prometheus = {
      isSystemUser = true;
      group = "prometheus";
    };
    users.groups.prometheus = { };
    systemd.services.prometheus = {
      wantedBy = [ "multi-user.target" ];
      after = [ "network.target" ];
      serviceConfig = import ./upstream-hardening.nix // {
        ExecStart = "${lib.getExe cfg.package} --storage.tsdb.path=/var/lib/prometheus2/data/ --config.file=${checked} --web.listen-address=${cfg.listenAddress}:${toString cfg.port}";
        User = "prometheus";
        Restart = "always";
        RuntimeDirectory = "prometheus";
        RuntimeDirectoryMode = "0700";
        StateDirectory = "prometheus2";
        StateDirectoryMode = "0700";
        WorkingDirectory = "/var/lib/prometheus2";
        DeviceAllow = [ "/dev/null rw" ];
        DevicePolicy = "strict";
        ProtectProc = "invisible";
        ProtectSystem = "full";
        RemoveIPC = true;
        SystemCallFilter = [
          "@system-service"
          "~@privileged"
        ];
      };
    };
  };
}
