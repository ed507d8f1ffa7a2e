# What `lab` reads at run time: the scenarios, the topology and the collector files.
{ lib }:
let
  inherit (lib.fileset) fileFilter toSource unions;
in
toSource {
  root = ../.;
  fileset = unions [
    (fileFilter (file: file.hasExt "toml") ./.)
    (fileFilter (file: file.hasExt "yaml") ../collector)
  ];
}
