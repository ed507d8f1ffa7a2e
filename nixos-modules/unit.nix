# The systemd unit of a service, a collector or Jaeger. It is hardened, and becomes active when the process is ready.
{ lib, pkgs }:
{
  description,
  command,
  environment,
  # `notify`, or the URL of a page that returns 200 when the process is ready, or null if readiness cannot be detected.
  ready,
  serviceConfig ? { },
}:
import ./wait.nix { inherit lib pkgs; } ready
// {
  inherit description environment;
  wantedBy = [ "multi-user.target" ];
  wants = [ "network-online.target" ];
  after = [ "network-online.target" ];
  # If the process crashes repeatedly, the unit becomes `failed`, and a test that waits for the unit fails at once.
  startLimitBurst = 3;
  startLimitIntervalSec = 120;
  serviceConfig =
    import ./hardening.nix
    // {
      ExecStart = command;
      Type = if ready == "notify" then "notify" else "simple";
      Restart = "on-failure";
      RestartSec = 1;
    }
    // serviceConfig;
}
