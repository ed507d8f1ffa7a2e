# Renders a service as the text of a unit file.
{ lib, pkgs }:
name: service:
let
  # First the service's own programs, then those that NixOS adds to every unit. The driver links the latter into that folder.
  path = lib.concatMapStrings (package: "${package}/bin:") service.path + "/usr/lib/nixos/unit/bin";
  word = value: if lib.isBool value then lib.toJSON value else toString value;
  line = key: value: "${key}=${word value}\n";
  section =
    title: keys:
    "[${title}]\n"
    + lib.concatStrings (
      lib.mapAttrsToList (key: value: lib.concatMapStrings (line key) (lib.toList value)) (
        lib.filterAttrs (_: value: value != null) keys
      )
    );
  variable =
    key: value: "\"${key}=${lib.replaceStrings [ "\"" "\\" ] [ "\\\"" "\\\\" ] (toString value)}\"";
in
section "Unit" {
  Description = service.description;
  Wants = service.wants;
  After = service.after;
  StartLimitBurst = service.startLimitBurst;
  StartLimitIntervalSec = service.startLimitIntervalSec;
}
+ section "Service" (
  {
    Environment =
      lib.mapAttrsToList variable (lib.filterAttrs (_: value: value != null) service.environment)
      ++ [ (variable "PATH" path) ];
  }
  // lib.optionalAttrs (service.preStart != "") {
    ExecStartPre = "${pkgs.writeShellScript "${name}-pre-start" "set -e\n${service.preStart}"}";
  }
  // lib.optionalAttrs (service.postStart != "") {
    ExecStartPost = "${pkgs.writeShellScript "${name}-post-start" "set -e\n${service.postStart}"}";
  }
  // service.serviceConfig
)
+ lib.optionalString (service.wantedBy != [ ]) (section "Install" { WantedBy = service.wantedBy; })
