# A service of one's own in the place of the lab's remote-users, proved by a scenario of one's own.
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

      # Your program.  This one is the lab's own under another resource attribute, so that there is something to see.
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
      # `nix flake check` proves every scenario of ./scenarios; `nix run .#own` boots its machines and stays.
      checks.${system} = own.checks;
      apps.${system} = own.apps;
    };
}
