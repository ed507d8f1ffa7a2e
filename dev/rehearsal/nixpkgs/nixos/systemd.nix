# `systemd.services`, with the options that the lab and the other modules here use.
{ lib, ... }:
let
  inherit (lib) mkOption types;
  option = type: default: mkOption { inherit type default; };
  names = option (types.listOf types.str) [ ];
  atom = types.oneOf [
    types.bool
    types.int
    types.str
    types.path
  ];
in
{
  options.systemd.services = option (types.attrsOf (
    types.submodule {
      options = {
        description = option types.str "";
        wantedBy = names;
        wants = names;
        after = names;
        path = option (types.listOf (types.either types.package types.str)) [ ];
        environment = option (types.attrsOf (types.nullOr (types.either types.str types.path))) { };
        preStart = option types.lines "";
        postStart = option types.lines "";
        startLimitBurst = option (types.nullOr types.int) null;
        startLimitIntervalSec = option (types.nullOr types.int) null;
        serviceConfig = option (types.attrsOf (types.either atom (types.listOf atom))) { };
      };
    }
  )) { };
}
