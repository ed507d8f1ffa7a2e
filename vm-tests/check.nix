# On the machine from which a play is checked: `lab check` as a unit, which asks the test script for each fault.
{ play, root }:
{
  config,
  lib,
  pkgs,
  ...
}:
let
  arguments = [
    "--json"
    "--verbose"
    "check"
    play.scenario
    "--control"
    "/run/lab-check"
  ]
  ++ lib.optionals (play.variant != null) [
    "--variant"
    play.variant
  ];
in
{
  environment.systemPackages = [ pkgs.otel-lab ];
  systemd.services.lab-check = {
    description = "lab check ${play.name}";
    environment = config.services.otel-lab.addresses // {
      LAB_ROOT = "${root}";
      # Seconds, of which every wait is a share: machines without KVM are slow.
      LAB_DEADLINE = "240";
    };
    serviceConfig = import ../nixos-modules/hardening.nix // {
      Type = "exec";
      ExecStart = "${lib.getExe pkgs.otel-lab} ${lib.escapeShellArgs arguments}";
      RuntimeDirectory = "lab-check";
      # Else it would inherit the output, and the document would not be alone in its file.
      StandardError = "journal";
      StandardOutput = "truncate:/run/lab-check.json";
    };
  };
}
