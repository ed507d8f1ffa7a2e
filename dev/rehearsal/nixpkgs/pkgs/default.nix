# The packages of nixpkgs that the lab uses: one fixpoint, which overlays can extend.
{
  lib,
  system,
  programs,
}:
let
  packages =
    overlays: pkgs: lib.foldl' (before: overlay: before // overlay pkgs before) base overlays;
  fixpoint =
    overlays:
    let
      pkgs = packages overlays pkgs // {
        inherit lib system;
        extend = overlay: fixpoint (overlays ++ [ overlay ]);
        stdenv.hostPlatform = { inherit system; };
        callPackage =
          file: further:
          let
            function = import file;
          in
          function (builtins.intersectAttrs (lib.functionArgs function) (pkgs // further));
        testers.runNixOSTest = import ../nixos/test.nix { inherit lib pkgs; };
      };
    in
    pkgs;

  base =
    let
      build = import ./build.nix { inherit system; };
      program = import ./program.nix {
        inherit lib build;
        real = programs;
      };
    in
    import ./builders.nix {
      inherit
        lib
        build
        program
        ;
    }
    // lib.genAttrs [
      "cargo"
      "cargo-deny"
      "cargo-nextest"
      "clippy"
      "curl"
      "deadnix"
      "gzip"
      "nixfmt"
      "rustc"
      "rustfmt"
    ] (name: program name { })
    // {
      nixfmt-tree = program "nixfmt-tree" { programs = [ "treefmt" ]; };
      nodejs_24 = program "nodejs" { programs = [ "node" ]; };
      opentelemetry-collector-contrib = program "opentelemetry-collector-contrib" {
        programs = [ "otelcol-contrib" ];
      };
      # promtool is in a separate output.
      prometheus = program "prometheus" { } // {
        cli = program "prometheus-cli" { programs = [ "promtool" ]; };
      };
      redis = program "redis" {
        programs = [
          "redis-cli"
          "redis-server"
        ];
      };
    };
in
fixpoint [ ]
