# A machine of somebody's own, without the lab's overlay, as nixos-modules/README.md promises: what its parts are told of each other.
{
  inputs.otel-lab.url = "github:otel-lab/otel-lab";

  outputs =
    { otel-lab, ... }:
    let
      pkgs = otel-lab.inputs.nixpkgs.legacyPackages.x86_64-linux;
      inherit
        (pkgs.testers.runNixOSTest {
          name = "foreign";
          globalTimeout = 60;
          nodes.machine = {
            imports = [ otel-lab.nixosModules.default ];
            services.otel-lab = {
              parts = [ "items" ];
              # Enabled by themselves, at places of their own.
              users = {
                enable = true;
                listenAddress = "127.0.0.2";
                ports.http = 18000;
              };
              collectors.agent = {
                enable = true;
                configFiles = [ "${otel-lab}/collector/agent.yaml" ];
                ports.otlp_http = 24318;
              };
            };
          };
          testScript = "";
        })
        nodes
        ;
      inherit (nodes.machine.systemd.services) otel-lab-items;
    in
    {
      told = {
        inherit (otel-lab-items) after;
        inherit (otel-lab-items.environment) LAB_USERS_HOST LAB_USERS_HTTP OTEL_EXPORTER_OTLP_ENDPOINT;
        # From the flake's own package.
        program = baseNameOf otel-lab-items.serviceConfig.ExecStart;
        units = builtins.attrNames nodes.machine.services.otel-lab.units;
      };
    };
}
