# Your own service replaces the lab's remote-users, and your own scenario tests it.
{
  inputs = {
    otel-lab.url = "github:otel-lab/otel-lab";
    nixpkgs.follows = "otel-lab/nixpkgs";
  };

  outputs =
    { nixpkgs, otel-lab, ... }:
    let
      system = "x86_64-linux";
      pkgs = nixpkgs.legacyPackages.${system}.extend otel-lab.overlays.default;

      # Your program. As a placeholder, this is the lab's program with an additional resource attribute, which the scenario
      # checks.
      remote-users = pkgs.writeShellApplication {
        name = "remote-users";
        text = ''
          export OTEL_RESOURCE_ATTRIBUTES="team=own"
          exec ${pkgs.otel-lab}/bin/remote-users "$@"
        '';
      };

      own = otel-lab.lib.scenarios {
        inherit pkgs;
        scenarios = ./scenarios;
        module.services.otel-lab.remote-users.package = remote-users;
      };
    in
    {
      packages.${system}.default = remote-users;
      # `nix flake check` tests every scenario in ./scenarios. `nix run .#own` boots its virtual machines and keeps running.
      checks.${system} = own.checks;
      apps.${system} = own.apps;
    };
}
