# Machines that somebody has set up otherwise: ports moved, a collector of one's own on the way.  The scenario must hold there, too.
{ config, lib, ... }:
{
  services.otel-lab = {
    # What the other machine has to know as well.
    ports.jaeger.query = 26686;
    ports.prometheus.web = 29090;

    # What only this machine has to know: its other parts follow.
    collectors.agent.ports.otlp_http = 24318;
    collectors.gateway.ports.prometheus = 28889;
    jaeger.ports.otlp_grpc = 24317;
    users.ports.http = 28000;

    # Nobody outside asks it.
    remote-users.listenAddress = "127.0.0.2";

    # As if its program could not notify.
    remote-users.ready = {
      port = "admin";
      path = "/healthz";
    };

    # Between the services and the agent.
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

  # Upstream's own options win where the lab only proposes.
  services.redis.servers.lab.port = 26379;
  services.prometheus.globalConfig.scrape_interval = "2s";
}
