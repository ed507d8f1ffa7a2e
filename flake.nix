# Assembles the flake's outputs. The default.nix of each folder defines the outputs of that folder.
{
  description = "otel-lab: OpenTelemetry scenarios that prove their traces";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixpkgs-unstable";
    crane.url = "github:ipetkov/crane";
  };

  outputs =
    {
      self,
      nixpkgs,
      crane,
    }:
    let
      inherit (nixpkgs) lib;

      # For each system: nixpkgs with the lab's packages, and the outputs that each folder defines with it.
      folders = lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] (system: rec {
        pkgs = nixpkgs.legacyPackages.${system}.extend self.overlays.default;
        crates = import ./crates {
          inherit lib pkgs;
          craneLib = crane.mkLib pkgs;
        };
        collector = import ./collector { inherit lib pkgs; };
        vm-tests = import ./vm-tests {
          inherit lib pkgs;
          modules = self.nixosModules;
        };
      });
      eachSystem = outputs: lib.mapAttrs (_: outputs) folders;
    in
    {
      overlays.default = final: _: {
        otel-lab =
          (import ./crates {
            inherit lib;
            pkgs = final;
            craneLib = crane.mkLib final;
          }).package;
        otel-lab-jaeger = final.callPackage ./collector/jaeger/package.nix { };
      };

      nixosModules = import ./nixos-modules {
        inherit lib;
        packages = self.packages;
      };

      # Checks and apps for the scenarios of another flake. `templates.default` shows how to use it.
      lib.scenarios = import ./vm-tests/own.nix {
        inherit lib;
        modules = self.nixosModules;
        overlay = self.overlays.default;
      };

      templates.default = {
        path = ./vm-tests/template;
        description = "Your own service, tested with your own scenario";
      };

      packages = eachSystem (system: {
        default = system.pkgs.otel-lab;
        inherit (system.pkgs) otel-lab otel-lab-jaeger;
      });

      checks = eachSystem (
        system:
        lib.foldl' lib.attrsets.unionOfDisjoint { } [
          system.crates.checks
          system.collector.checks
          system.vm-tests.checks
        ]
      );

      apps = eachSystem (system: lib.attrsets.unionOfDisjoint system.crates.apps system.vm-tests.apps);

      devShells = eachSystem (system: {
        default = system.crates.shell;
      });

      formatter = eachSystem (system: system.pkgs.nixfmt-tree);
    };
}
