# The options that our services, collectors and Jaeger share, for the part of that name.
{ lib, part }:
let
  inherit (lib) mkOption types;
  topology = import ../vm-tests/topology.nix { inherit lib; };
  known = topology.parts.${part} or null;

  page = types.submodule {
    options = {
      port = mkOption {
        type = types.str;
        description = "The name of its port.";
      };
      path = mkOption {
        type = types.str;
        default = "/";
        description = "The path.";
      };
    };
  };
in
{
  listenAddress = mkOption {
    type = types.str;
    default = "127.0.0.1";
    example = "0.0.0.0";
    description = "The address that every port of ${part} binds.";
  };
  # The lab's own parts have the ports that they have; what somebody adds has those that it is given.
  ports =
    if known == null then
      mkOption {
        type = types.attrsOf types.port;
        default = { };
        example = {
          otlp_http = 24318;
          health = 23133;
        };
        description = "The ports of ${part}, by the names that its files read as LAB_<NAME>_<PORT>.";
      }
    else
      lib.mapAttrs (
        port: number:
        mkOption {
          type = types.port;
          default = number;
          description = "The port `${port}` of ${part}.";
        }
      ) known.ports;
  ready = mkOption {
    type = types.nullOr (types.either (types.enum [ "notify" ]) page);
    default = known.ready or null;
    example.port = "health";
    description = ''
      How one sees that ${part} is ready, so that its unit becomes active: `notify` (sd_notify), or the page that answers 200 then.
      With null it is active once it is started.
    '';
  };
  openFirewall = mkOption {
    type = types.bool;
    default = false;
    description = "Whether other machines may reach the ports of ${part}.";
  };
  environment = mkOption {
    type = types.attrsOf types.str;
    default = { };
    example = {
      LAB_GATEWAY_HOST = "gateway.example.org";
    };
    description = "Variables of the process: where other parts are, and what OpenTelemetry reads.";
  };
}
