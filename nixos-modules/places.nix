# Where every part is: what a machine is told of the others, and what the options of its own parts say.
{ config, lib, ... }:
let
  cfg = config.services.otel-lab;
  inherit (lib) mkOption types;
  topology = import ../vm-tests/topology.nix { inherit lib; };

  # A part of this machine listens where its own options say, whoever has set them.
  own = {
    collector = name: cfg.collectors.${name};
    jaeger = _: cfg.jaeger;
    prometheus = _: {
      inherit (config.services.prometheus) listenAddress;
      ports.web = config.services.prometheus.port;
    };
    redis = _: {
      listenAddress = config.services.redis.servers.lab.bind;
      ports.tcp = config.services.redis.servers.lab.port;
    };
    service = name: cfg.${name};
  };
  here =
    { listenAddress, ports, ... }:
    {
      host = topology.near listenAddress;
      inherit ports;
    };
  place =
    name:
    { role, ... }:
    if lib.elem name cfg.running then
      here (own.${role} name)
    else
      {
        host = if cfg.hosts.${name} == null then "127.0.0.1" else cfg.hosts.${name};
        ports = cfg.ports.${name};
      };
  # Those of this machine that are no part of the lab: somebody's own.
  collectors = removeAttrs (lib.filterAttrs (_: collector: collector.enable) cfg.collectors) (
    lib.attrNames topology.parts
  );
  # A part runs here by its name in `parts`, or by its own `enable`.
  runs = {
    collector = name: cfg.collectors.${name}.enable or false;
    jaeger = _: cfg.jaeger.enable;
    service = name: cfg.${name}.enable;
  };
  isRunning = name: { role, ... }: lib.elem name cfg.parts || (runs.${role} or (_: false)) name;
in
{
  # An option for each part: a name that there is not is an error.
  options.services.otel-lab = {
    hosts = lib.mapAttrs (
      part: _:
      mkOption {
        type = types.nullOr types.str;
        default = null;
        example = "backend";
        description = "The host of ${part}, where it runs on another machine.";
      }
    ) topology.parts;
    ports = lib.mapAttrs (
      part:
      { ports, ... }:
      lib.mapAttrs (
        port: number:
        mkOption {
          type = types.port;
          default = number;
          description = "The port `${port}` of ${part}, whichever machine runs it; on that machine, the part's own option wins.";
        }
      ) ports
    ) topology.parts;
    running = mkOption {
      type = types.listOf types.str;
      default = lib.attrNames (lib.filterAttrs isRunning topology.parts) ++ lib.attrNames collectors;
      defaultText = "`parts`, what is enabled besides, and collectors of one's own";
      readOnly = true;
      description = "What runs on this machine.";
    };
    places = mkOption {
      type = types.raw;
      default = lib.mapAttrs place topology.parts // lib.mapAttrs (_: here) collectors;
      defaultText = "host and ports, by part";
      readOnly = true;
      description = "Where every part is, seen from this machine; collectors of one's own are parts, too.";
    };
    addresses = mkOption {
      type = types.attrsOf types.str;
      default = topology.addresses cfg.places;
      defaultText = "LAB_<PART>_HOST and LAB_<PART>_<PORT>";
      readOnly = true;
      description = "The same, as variables: what every part of this machine is told.";
    };
  };
}
