# For other flakes (see `template/`): a check and an app for each scenario of that flake, with the lab's parts.
{
  lib,
  modules,
  overlay,
}:
{
  # The packages of nixpkgs for one system.
  pkgs,
  # A folder with one folder per scenario. Each of these contains a scenario.toml.
  scenarios,
  # A NixOS module for every node. It can replace programs of the lab, for example.
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
  # The topology and the collector files of the lab, with the given scenarios instead of the lab's.
  root = lab.runCommand "otel-lab-root" { } ''
    cp -r ${(import ./root.nix { inherit lib; }).source} $out
    chmod -R u+w $out
    rm -r $out/vm-tests/scenario*
    cp -r ${scenarios}/. $out/vm-tests
  '';
}
