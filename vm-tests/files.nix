# A check that needs no virtual machines: the Nix files are formatted and contain no dead code.
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
