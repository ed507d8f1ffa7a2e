# The Rust workspace, built with crane, and its checks. The dependencies are built once, for all of them.
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

  # The sources of the programs. A change to a scenario, a collector file or a Nix file does not rebuild them.
  sources = difference (unions [
    ../Cargo.toml
    ../Cargo.lock
    ./.
  ]) (fileFilter (file: file.hasExt "nix") ./.);
  # The files that the checks read in addition.
  checked = unions [
    sources
    ../clippy.toml
    ../deny.toml
    ../rustfmt.toml
    (import ../vm-tests/root.nix { inherit lib; }).fileset
    # A test verifies that every scenario has a lesson.
    (fileFilter (file: file.name == "README.md") ../vm-tests)
    # Another test compares what `lab` reads with these files.
    ../vm-tests/golden
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
  # For checks that do not compile.
  look = common // {
    src = source checked;
  };
in
rec {
  # All programs: `lab` and the four services. The check `nextest` runs the tests, so this build does not.
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
    # The build sandbox has only these programs. A test whose program is missing would skip itself silently.
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

  # Every program that `cargo lab run` starts is on PATH, so `lab` does not need to download or build any.
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
