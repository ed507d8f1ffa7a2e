# The host and the ports of every part. For a part on this host they come from the part's own options, for any other
# part from `hosts` and `ports`.
{ config, lib, ... }:
let
  cfg = config.services.otel-lab;
  inherit (lib) mkOption types;
  topology = import ../topology.nix { inherit lib; };

  # The options that decide where a part on this host listens, whichever module has set them.
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
  # The enabled collectors that are not parts of the lab, but were added by a user.
  collectors = removeAttrs (lib.filterAttrs (_: collector: collector.enable) cfg.collectors) (
    lib.attrNames topology.parts
  );
  # A part runs on this host if `parts` lists it, or if its own `enable` option is set.
  runs = {
    collector = name: cfg.collectors.${name}.enable or false;
    jaeger = _: cfg.jaeger.enable;
    service = name: cfg.${name}.enable;
  };
  isRunning = name: { role, ... }: lib.elem name cfg.parts || (runs.${role} or (_: false)) name;
in
{
  # `hosts` and `ports` have one attribute per part, so that an unknown part name is rejected.
  options.services.otel-lab = {
    hosts = lib.mapAttrs (
      part: _:
      mkOption {
        type = types.nullOr types.str;
        default = null;
        example = "backend";
        description = "The host that runs ${part}, if it is not this one. With `null`, the parts on this host use 127.0.0.1.";
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
          description = "The port number of `${port}` of ${part}. On the host that runs ${part}, its own option takes precedence.";
        }
      ) ports
    ) topology.parts;
    running = mkOption {
      type = types.listOf types.str;
      default = lib.attrNames (lib.filterAttrs isRunning topology.parts) ++ lib.attrNames collectors;
      defaultText = "`parts`, parts that are enabled by their own option, and custom collectors";
      readOnly = true;
      description = "Names of all parts and custom collectors that run on this host.";
    };
    places = mkOption {
      type = types.raw;
      default = lib.mapAttrs place topology.parts // lib.mapAttrs (_: here) collectors;
      defaultText = "the host and the ports of every part";
      readOnly = true;
      description = "The host and the ports of every part, as seen from this host. It includes custom collectors of this host.";
    };
    addresses = mkOption {
      type = types.attrsOf types.str;
      default = topology.addresses cfg.places;
      defaultText = "LAB_<PART>_HOST and LAB_<PART>_<PORT>";
      readOnly = true;
      description = "The content of `places` as environment variables. Every part on this host receives them.";
    };
  };
}
