# The functions of nixpkgs' lib that the lab uses, written from the manual.
let
  data = import ./data.nix;
  files = import ./files.nix { lib = data; };
  options = import ./options.nix { inherit lib; };
  types = import ./types.nix { inherit lib; };
  modules = import ./modules.nix { inherit lib; };
  lib =
    data
    // files
    // options
    // modules
    // {
      inherit types;
    };
in
lib
