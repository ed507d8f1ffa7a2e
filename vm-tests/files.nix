# What is checked without machines: Nix files are in form and without dead code.
{ lib, pkgs }:
let
  nixFiles = lib.fileset.toSource {
    root = ../.;
    fileset = lib.fileset.fileFilter (file: file.hasExt "nix") ../.;
  };
in
{
  nix-files = pkgs.runCommand "nix-files" { } ''
    find ${nixFiles} -name '*.nix' -exec ${lib.getExe pkgs.nixfmt} --check {} +
    ${lib.getExe pkgs.deadnix} --fail ${nixFiles}
    touch $out
  '';
}
