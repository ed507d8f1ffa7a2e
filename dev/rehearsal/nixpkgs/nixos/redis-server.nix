# An entry of `services.redis.servers`: the options that the lab sets, with the types and defaults of nixpkgs.
{ lib, name, ... }:
let
  inherit (lib) mkOption types;
  option = type: default: mkOption { inherit type default; };
in
{
  options = {
    enable = option types.bool false;
    port = option types.port (if name == "" then 6379 else 0);
    bind = option (types.nullOr types.str) "127.0.0.1";
    openFirewall = option types.bool false;
    save = option (types.listOf (types.listOf types.int)) [
      [
        900
        1
      ]
      [
        300
        10
      ]
      [
        60
        10000
      ]
    ];
    settings = option (types.attrsOf (
      types.oneOf [
        types.bool
        types.int
        types.str
        (types.listOf types.str)
      ]
    )) { };
  };
}
