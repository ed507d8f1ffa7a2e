# topology.toml as Nix reads it: the parts, and the variables by which a process is told where they are.
{ lib }:
let
  inherit (lib.importTOML ./topology.toml) environment parts;
  upper = name: lib.toUpper (lib.replaceStrings [ "-" ] [ "_" ] name);

  # LAB_<PART>_<PORT> of a part.
  portVariables =
    part:
    lib.mapAttrs' (port: number: lib.nameValuePair "LAB_${upper part}_${upper port}" (toString number));

  # Where a part of this machine is reached that binds this address; null stands for all of them, too.
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

  # LAB_<PART>_HOST and LAB_<PART>_<PORT> of every part whose place, which is host and ports, is given.
  addresses = lib.concatMapAttrs (
    part: { host, ports }: { "LAB_${upper part}_HOST" = host; } // portVariables part ports
  );

  # A setting with its addresses filled in: `{agent:otlp_http}` is the URL of that port, without a path.
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

  # The environment of a part that is configured so.
  variables =
    part: cfg: cfg.environment // portVariables part cfg.ports // { LAB_LISTEN = cfg.listenAddress; };

  # How one sees that a part of this machine is ready: `notify`, or the page that answers 200 then.
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

  # The unit that runs a part.  It is also the name of its dynamic user: plain `users` is a group that every system has.
  unit =
    part:
    {
      collector = "otelcol-${part}";
      redis = "redis-lab";
      service = "otel-lab-${part}";
    }
    .${parts.${part}.role or "collector"} or part;
}
