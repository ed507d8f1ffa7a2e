# Prometheus as a part: upstream's module, scraping what the topology says, as `lab` has it natively.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.services.otel-lab;
  inherit (lib) mkDefault;
  topology = import ../vm-tests/topology.nix { inherit lib; };
  inherit (cfg.places.prometheus) ports;
  wait = import ./wait.nix { inherit lib pkgs; };

  # Where there is a collector with an exporter, only that: it passes on what the services sent.
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
      # A collector's exporter says whose series they are: their `job` and `instance` stay.
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
    # It cannot notify either.
    systemd.services.prometheus = wait (
      topology.ready "prometheus" {
        inherit (topology.parts.prometheus) ready;
        inherit ports;
        inherit (config.services.prometheus) listenAddress;
      }
    );
  };
}
