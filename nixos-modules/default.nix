# The NixOS modules: one per part that the lab defines, and `default`, which composes a host from a list of part names.
{ lib, packages }:
let
  # Wraps a module so that its package defaults to the one from this flake. Users then need no overlay.
  withPackage =
    part: package: module:
    { pkgs, ... }:
    {
      # The module system recognizes a repeated import by its path. This module is a function and has no path,
      # so it needs a key. Without the key, a second import would declare the options again.
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
