# The node `app`, from which a case is checked: `lab check` runs as a unit, and requests each fault from the test script.
{ case, root }:
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
    case.scenario
    "--control"
    "/run/lab-check"
  ]
  ++ lib.optionals (case.variant != null) [
    "--variant"
    case.variant
  ];
in
{
  environment.systemPackages = [ pkgs.otel-lab ];
  systemd.services.lab-check = {
    description = "lab check ${case.name}";
    environment = config.services.otel-lab.addresses // {
      LAB_ROOT = "${root}";
      # Seconds. Every wait of `lab check` is a fraction of this deadline. It is long for virtual machines without KVM.
      LAB_DEADLINE = "240";
    };
    serviceConfig = import ../nixos-modules/hardening.nix // {
      Type = "exec";
      ExecStart = "${lib.getExe pkgs.otel-lab} ${lib.escapeShellArgs arguments}";
      RuntimeDirectory = "lab-check";
      # By default, stderr would go to the same file as stdout. That file must contain only the JSON document.
      StandardError = "journal";
      StandardOutput = "truncate:/run/lab-check.json";
    };
  };
}
