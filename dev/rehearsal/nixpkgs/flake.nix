# A stand-in for nixpkgs, for hosts that cannot download the real one. It has only the names that the lab uses; any other name
# is an error.
{
  # A folder with the real programs. A script that prints a message and fails replaces each missing program.
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
