# A stand-in for nixpkgs where the real one cannot be had: only the names that the lab depends on; any other is an error.
{
  # A folder of real programs; what it lacks becomes a script that says so and fails.
  inputs.programs = {
    url = "path:/var/empty";
    flake = false;
  };

  outputs =
    { programs, ... }:
    let
      lib = import ./lib;
    in
    {
      inherit lib;
      legacyPackages = lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] (
        system:
        import ./pkgs {
          inherit lib system;
          programs = builtins.path {
            path = programs;
            name = "programs";
          };
        }
      );
    };
}
