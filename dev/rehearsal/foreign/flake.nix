# A host in another flake, which uses the lab's modules without its overlay. `addresses` contains the addresses that its
# parts receive.
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
              # Enabled by their own options, at other addresses than the default ones.
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
      addresses = {
        inherit (otel-lab-items) after;
        inherit (otel-lab-items.environment) LAB_USERS_HOST LAB_USERS_HTTP OTEL_EXPORTER_OTLP_ENDPOINT;
        # A program from the default package of the lab's flake.
        program = baseNameOf otel-lab-items.serviceConfig.ExecStart;
        units = builtins.attrNames nodes.machine.services.otel-lab.units;
      };
    };
}
