# The Rust workspace, built once by crane, and everything that checks it.
{
  lib,
  pkgs,
  craneLib,
}:
let
  inherit (lib.fileset)
    difference
    fileFilter
    toSource
    unions
    ;

  # What the programs are made of: editing a scenario, a collector file or Nix rebuilds no Rust.
  sources = difference (unions [
    ../Cargo.toml
    ../Cargo.lock
    ./.
  ]) (fileFilter (file: file.hasExt "nix") ./.);
  # What the checks read besides.
  checked = unions [
    sources
    ../clippy.toml
    ../deny.toml
    ../rustfmt.toml
    (import ../vm-tests/root.nix { inherit lib; }).fileset
    # Every scenario has a lesson: a test sees to it.
    (fileFilter (file: file.name == "README.md") ../vm-tests)
    ../collector
  ];

  source =
    fileset:
    toSource {
      root = ../.;
      inherit fileset;
    };
  common = {
    pname = "otel-lab";
    inherit ((lib.importTOML ../Cargo.toml).workspace.package) version;
    src = source sources;
    strictDeps = true;
  };
  cargoArtifacts = craneLib.buildDepsOnly common;
  build = common // {
    inherit cargoArtifacts;
  };
  check = build // {
    src = source checked;
  };
  # For checks that compile nothing.
  look = common // {
    src = source checked;
  };
in
rec {
  # All programs: `lab` and the four services.  `nextest` runs the tests.
  package = craneLib.buildPackage (
    build
    // {
      doCheck = false;
      meta = {
        description = "OpenTelemetry scenarios that prove their traces";
        license = [
          lib.licenses.mit
          lib.licenses.asl20
        ];
        mainProgram = "lab";
      };
    }
  );

  checks = {
    inherit package;
    clippy = craneLib.cargoClippy (
      check // { cargoClippyExtraArgs = "--all-targets -- --deny warnings"; }
    );
    # The sandbox has what stands here and no more: without a program, its tests would skip themselves in silence.
    nextest = craneLib.cargoNextest (
      check
      // {
        nativeBuildInputs = [
          pkgs.opentelemetry-collector-contrib
          pkgs.otel-lab-jaeger
          pkgs.redis
        ];
      }
    );
    doctest = craneLib.cargoDocTest check;
    doc = craneLib.cargoDoc (check // { env.RUSTDOCFLAGS = "--deny warnings"; });
    fmt = craneLib.cargoFmt look;
    deny = craneLib.cargoDeny look;
  };

  apps.lab = {
    type = "app";
    program = lib.getExe package;
    meta.description = "The lab's command line";
  };

  # Everything that `cargo lab run` starts is on PATH, so it has nothing to set up.
  shell = craneLib.devShell {
    inherit checks;
    packages = [
      pkgs.cargo-deny
      pkgs.cargo-nextest
      pkgs.deadnix
      pkgs.nixfmt-tree
      pkgs.opentelemetry-collector-contrib
      pkgs.otel-lab-jaeger
      pkgs.prometheus
      pkgs.redis
    ];
  };
}
