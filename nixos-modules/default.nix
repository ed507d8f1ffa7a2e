# The NixOS modules: one for each part of our own, and `default`, which composes a machine from the names of parts.
{ lib, packages }:
let
  # A module whose program is the flake's own unless its user says otherwise: it needs no overlay.
  withPackage =
    part: package: module:
    { pkgs, ... }:
    {
      # A function has no path by which the module system would know it again: imported twice, it would declare twice.
      key = "otel-lab#${part}";
      _file = ./default.nix;
      imports = [ module ];
      services.otel-lab.${part}.package =
        lib.mkDefault
          packages.${pkgs.stdenv.hostPlatform.system}.${package};
    };

  parts = {
    collector = ./collector.nix;
    jaeger = withPackage "jaeger" "otel-lab-jaeger" ./jaeger.nix;
  }
  // lib.genAttrs [ "items" "redis-subscriber" "remote-users" "users" ] (
    part: withPackage part "otel-lab" (import ./service.nix part)
  );
in
parts
// {
  default.imports = lib.attrValues parts ++ [
    ./machine.nix
    ./places.nix
    ./prometheus.nix
    ./redis.nix
  ];
}
