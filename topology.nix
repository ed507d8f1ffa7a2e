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
    places: setting:
    let
      url =
        part: port:
        let
          place = places.${part} or (throw "`${setting}': unknown part `${part}'");
          number = place.ports.${port} or (throw "`${setting}': part `${part}' has no port `${port}'");
        in
        "http://${place.host}:${toString number}";
      # `split` returns texts, and between them a list for each address.
      filledIn = piece: if lib.isList piece then url (lib.head piece) (lib.last piece) else piece;
    in
    lib.concatStrings (map filledIn (builtins.split "\\{([a-z0-9-]+):([a-z0-9_]+)}" setting));

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
