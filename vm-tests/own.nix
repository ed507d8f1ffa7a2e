# For flakes of one's own (`template/`): a check and an app for each of one's own scenarios, with the lab's parts.
{
  lib,
  modules,
  overlay,
}:
{
  # nixpkgs for one system.
  pkgs,
  # A folder of folders, each of which holds a scenario.toml.
  scenarios,
  # A NixOS module for every machine: it puts one's own programs in the place of the lab's.
  module ? { },
}:
let
  lab = pkgs.extend overlay;
in
import ./tests.nix {
  inherit
    lib
    modules
    module
    scenarios
    ;
  pkgs = lab;
  # The lab's own topology and collector files, with these scenarios in the place of the lab's.
  root = lab.runCommand "otel-lab-root" { } ''
    cp -r ${(import ./root.nix { inherit lib; }).source} $out
    chmod -R u+w $out
    rm -r $out/vm-tests/scenario*
    cp -r ${scenarios}/. $out/vm-tests
  '';
}
