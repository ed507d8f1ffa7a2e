# The files that `lab` reads at run time: the scenarios, the topology and the collector files.
{ lib }:
let
  inherit (lib.fileset) fileFilter toSource unions;
  names = [
    "behaviours.toml"
    "scenario.toml"
  ];
in
rec {
  fileset = unions [
    ../topology.toml
    (fileFilter (file: lib.elem file.name names || file.hasExt "yaml") ./.)
    (fileFilter (file: file.hasExt "yaml") ../collector)
  ];
  source = toSource {
    root = ../.;
    inherit fileset;
  };
}
