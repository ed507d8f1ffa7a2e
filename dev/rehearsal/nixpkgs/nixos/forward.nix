# A port of the host that is forwarded to a virtual machine.
{ lib, ... }:
let
  inherit (lib) mkOption types;
  address = mkOption {
    type = types.str;
    default = "";
  };
  port = mkOption { type = types.port; };
in
{
  options = {
    from = mkOption {
      type = types.enum [
        "host"
        "guest"
      ];
      default = "host";
    };
    host = { inherit address port; };
    guest = { inherit address port; };
  };
}
