# Nodes with a different setup: changed ports, and an additional collector between services and agent. The scenario must
# pass there, too.
{ config, lib, ... }:
{
  services.otel-lab = {
    # Ports that the other node uses, too: `ports` sets them on both nodes.
    ports.jaeger.query = 26686;
    ports.prometheus.web = 29090;

    # Ports that only parts on the same node use: the options of the parts suffice.
    collectors.agent.ports.otlp_http = 24318;
    collectors.gateway.ports.prometheus = 28889;
    jaeger.ports.otlp_grpc = 24317;
    users.ports.http = 28000;

    # No other node connects to this service.
    remote-users.listenAddress = "127.0.0.2";

    # Treat the program as if it did not support sd_notify.
    remote-users.ready = {
      port = "admin";
      path = "/healthz";
    };

    # The additional collector between services and agent.
    collectors.relay = {
      enable = lib.elem "agent" config.services.otel-lab.parts;
      configFiles = [ ./relay.yaml ];
      environment = config.services.otel-lab.addresses;
      ports = {
        otlp_http = 34318;
        health = 33133;
      };
      ready.port = "health";
    };
    environment.services.OTEL_EXPORTER_OTLP_ENDPOINT = "{relay:otlp_http}";
  };

  # The lab sets these options of nixpkgs' modules as defaults only, so the values here take precedence.
  services.redis.servers.lab.port = 26379;
  services.prometheus.globalConfig.scrape_interval = "2s";
}
