# General options of a node: programs, name, firewall, users, and the settings of QEMU.
{ lib, ... }:
let
  inherit (lib) mkOption types;
  option = type: default: mkOption { inherit type default; };
in
{
  options = {
    environment.systemPackages = option (types.listOf types.package) [ ];
    environment.etc = option (types.attrsOf (
      types.submodule {
        options.source = mkOption { type = types.path; };
      }
    )) { };
    networking = {
      hostName = option types.str "nixos";
      primaryIPAddress = option types.str "";
      extraHosts = option types.lines "";
      firewall.allowedTCPPorts = option (types.listOf types.port) [ ];
    };
    virtualisation = {
      cores = option types.ints.positive 1;
      memorySize = option types.ints.positive 1024;
      graphics = option types.bool true;
      forwardPorts = option (types.listOf (types.submodule ./forward.nix)) [ ];
    };
    users.users = option (types.attrsOf (
      types.submodule {
        options = {
          isSystemUser = option types.bool false;
          group = option types.str "";
        };
      }
    )) { };
    users.groups = option (types.attrsOf (types.submodule { options = { }; })) { };
    boot.kernel.sysctl = option (types.attrsOf types.str) { };
    assertions = option (types.listOf (
      types.submodule {
        options = {
          assertion = mkOption { type = types.bool; };
          message = mkOption { type = types.str; };
        };
      }
    )) [ ];
  };
}
