# Reads topology.toml: the parts, and the environment variables that contain their addresses.
{ lib }:
let
  inherit (lib.importTOML ./topology.toml) environment parts;
  upper = name: lib.toUpper (lib.replaceStrings [ "-" ] [ "_" ] name);

  # The variables LAB_<PART>_<PORT> of one part.
  portVariables =
    part:
    lib.mapAttrs' (port: number: lib.nameValuePair "LAB_${upper part}_${upper port}" (toString number));

  # The address at which a part is reachable from its own host, given its listen address. `null` means all addresses.
  near =
    address:
    if
      lib.elem address [
        null
        "0.0.0.0"
        "::"
      ]
    then
      "127.0.0.1"
    else
      address;
in
{
  inherit environment near parts;

  # The variables LAB_<PART>_HOST and LAB_<PART>_<PORT> of the given places. A place is the host and the ports of a part.
  addresses = lib.concatMapAttrs (
    part: { host, ports }: { "LAB_${upper part}_HOST" = host; } // portVariables part ports
  );

  # Replaces the addresses in a setting: `{agent:otlp_http}` becomes the URL of that port, without a path.
  filled =
    places:
    let
      url = part: host: port: number: {
        name = "{${part}:${port}}";
        value = "http://${host}:${toString number}";
      };
      urls = lib.concatMapAttrs (part: { host, ports }: lib.mapAttrs' (url part host) ports) places;
    in
    lib.replaceStrings (lib.attrNames urls) (lib.attrValues urls);

  # The environment variables of a part with the options `cfg`.
  variables =
    part: cfg: cfg.environment // portVariables part cfg.ports // { LAB_LISTEN = cfg.listenAddress; };

  # How to detect on this host that a part is ready: `notify`, or the URL of a page that returns 200 when it is.
  ready =
    part:
    {
      ready,
      ports,
      listenAddress,
      ...
    }:
    let
      port =
        ports.${ready.port} or (throw "${part}: `ready` names the port `${ready.port}', which it has not");
    in
    if lib.isAttrs ready then "http://${near listenAddress}:${toString port}${ready.path}" else ready;

  # The name of a part's unit, which is also the name of its dynamic user. Services have a prefix because the name `users`
  # alone is taken: every system has a group with that name.
  unit =
    part:
    {
      collector = "otelcol-${part}";
      redis = "redis-lab";
      service = "otel-lab-${part}";
    }
    .${parts.${part}.role or "collector"} or part;
}
