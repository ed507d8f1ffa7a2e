# Validates the layers of one part, in their order, with the program of that part. No variable is set, so the defaults
# in the files apply.
{ lib, pkgs }:
let
  inherit (import ../topology.nix { inherit lib; }) parts;
  validate = import ./validate.nix { inherit lib pkgs; };

  programs = {
    collector = pkgs.opentelemetry-collector-contrib;
    jaeger = pkgs.otel-lab-jaeger;
  };
in
name: part: files:
validate {
  inherit name files;
  package = programs.${parts.${part}.role};
  arguments = parts.${part}.arguments or [ ];
  environment = { };
}
