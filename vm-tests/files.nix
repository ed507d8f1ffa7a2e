# What is checked without machines: `lab` reads every scenario strictly; Nix files are in form and without dead code.
{ lib, pkgs }:
let
  nixFiles = lib.fileset.toSource {
    root = ../.;
    fileset = lib.fileset.fileFilter (file: file.hasExt "nix") ../.;
  };
in
{
  scenario-files = pkgs.runCommand "scenario-files" { } ''
    ${lib.getExe pkgs.otel-lab} --root ${(import ./root.nix { inherit lib; }).source} list > $out
  '';
  nix-files = pkgs.runCommand "nix-files" { } ''
    find ${nixFiles} -name '*.nix' -exec ${lib.getExe pkgs.nixfmt} --check {} +
    ${lib.getExe pkgs.deadnix} --fail ${nixFiles}
    touch $out
  '';
}
