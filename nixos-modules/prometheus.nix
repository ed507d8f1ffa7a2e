# Prometheus as a part: the module of nixpkgs, with the scrape targets that topology.toml defines, as in a native run.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.services.otel-lab;
  inherit (lib) mkDefault;
  topology = import ../topology.nix { inherit lib; };
  inherit (cfg.places.prometheus) ports;
  wait = import ./wait.nix { inherit lib pkgs; };

  # If a collector has a Prometheus exporter, scrape only that collector. It exposes the metrics of all services.
  everywhere = lib.unique (
    lib.filter (name: topology.parts ? ${name}) cfg.running
    ++ lib.attrNames (lib.filterAttrs (_: host: host != null) cfg.hosts)
  );
  scraped =
    role:
    lib.filter (
      name: topology.parts.${name}.role == role && topology.parts.${name} ? scrape
    ) everywhere;
  hasCollector = scraped "collector" != [ ];

  job =
    name:
    let
      inherit (cfg.places.${name}) host ports;
      port = ports.${topology.parts.${name}.scrape};
    in
    {
      job_name = name;
      # The collector's exporter labels each series with the `job` and `instance` of its source. Keep these labels.
      honor_labels = hasCollector;
      static_configs = [ { targets = [ "${host}:${toString port}" ]; } ];
    };
in
{
  config = lib.mkIf (lib.elem "prometheus" cfg.parts) {
    services.prometheus = {
      enable = true;
      listenAddress = mkDefault cfg.listenAddress;
      port = mkDefault cfg.ports.prometheus.web;
      globalConfig = {
        scrape_interval = mkDefault "1s";
        scrape_timeout = mkDefault "1s";
      };
      scrapeConfigs = map job (scraped (if hasCollector then "collector" else "service"));
    };
    networking.firewall.allowedTCPPorts = lib.mkIf cfg.openFirewall [ ports.web ];
    # Prometheus does not support sd_notify, so its unit waits for its ready page.
    systemd.services.prometheus = wait (
      topology.ready "prometheus" {
        inherit (topology.parts.prometheus) ready;
        inherit ports;
        inherit (config.services.prometheus) listenAddress;
      }
    );
  };
}
