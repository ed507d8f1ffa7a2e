# The unit of a service, a collector or Jaeger: hardened, and active only once it is ready.
{ lib, pkgs }:
{
  description,
  command,
  environment,
  # `notify`, or the page that answers 200, or null where nobody can know.
  ready,
  serviceConfig ? { },
}:
import ./wait.nix { inherit lib pkgs; } ready
// {
  inherit description environment;
  wantedBy = [ "multi-user.target" ];
  wants = [ "network-online.target" ];
  after = [ "network-online.target" ];
  # What dies again and again ends up as failed, and whoever waits for the unit is told.
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
