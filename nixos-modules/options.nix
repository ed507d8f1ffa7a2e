# The options that our services, collectors and Jaeger share, for the part of that name.
{ lib, part }:
let
  inherit (lib) mkOption types;
  topology = import ../vm-tests/topology.nix { inherit lib; };
in
{
  listenAddress = mkOption {
    type = types.str;
    default = "127.0.0.1";
    example = "0.0.0.0";
    description = "The address that every port of ${part} binds.";
  };
  ports = lib.mapAttrs (
    port: number:
    mkOption {
      type = types.port;
      default = number;
      description = "The port `${port}` of ${part}.";
    }
  ) (topology.parts.${part}.ports or { });
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
