# The options that services, collectors and Jaeger have in common. `part` is the name of the part.
{ lib, part }:
let
  inherit (lib) mkOption types;
  topology = import ../topology.nix { inherit lib; };
  known = topology.parts.${part} or null;

  page = types.submodule {
    options = {
      port = mkOption {
        type = types.str;
        description = "Name of the port that serves the page.";
      };
      path = mkOption {
        type = types.str;
        default = "/";
        description = "Path of the page.";
      };
    };
  };
in
{
  listenAddress = mkOption {
    type = types.str;
    default = "127.0.0.1";
    example = "0.0.0.0";
    description = "The address on which all ports of ${part} listen.";
  };
  # A part of the lab has a fixed set of ports. A collector that a user adds has the ports that are set here.
  ports =
    if known == null then
      mkOption {
        type = types.attrsOf types.port;
        default = { };
        example = {
          otlp_http = 24318;
          health = 23133;
        };
        description = "Ports of ${part}, keyed by name. Its configuration files read them as `LAB_<NAME>_<PORT>`.";
      }
    else
      lib.mapAttrs (
        port: number:
        mkOption {
          type = types.port;
          default = number;
          description = "The port number of `${port}` of ${part}.";
        }
      ) known.ports;
  ready = mkOption {
    type = types.nullOr (types.either (types.enum [ "notify" ]) page);
    default = known.ready or null;
    example.port = "health";
    description = ''
      How systemd detects that ${part} is ready, so that its unit becomes active: `notify` for sd_notify, or a page that returns
      status 200 when ${part} is ready. With `null`, the unit is active as soon as the process has started.
    '';
  };
  openFirewall = mkOption {
    type = types.bool;
    default = false;
    description = "Whether to open the firewall for the ports of ${part}.";
  };
  environment = mkOption {
    type = types.attrsOf types.str;
    default = { };
    example = {
      LAB_GATEWAY_HOST = "gateway.example.org";
    };
    description = "Environment variables of the process, such as addresses of other parts and OpenTelemetry's settings.";
  };
}
