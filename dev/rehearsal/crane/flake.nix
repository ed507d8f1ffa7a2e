# A stand-in for crane: the functions that the lab calls, each with its required and optional arguments.
{
  outputs = _: {
    mkLib =
      pkgs:
      let
        inherit (pkgs) lib;
        inherit (pkgs.rehearsed) expect workspace;
        common = [
          "cargoArtifacts"
          "doCheck"
          "env"
          "meta"
          "nativeBuildInputs"
          "strictDeps"
        ];
        always = [
          "pname"
          "version"
          "src"
        ];
        function = name: needed: known: make: {
          arguments = always ++ needed ++ common ++ known;
          __functor =
            _: arguments: make (expect "crane.${name}" (always ++ needed) (common ++ known) arguments);
        };
        # A check succeeds if its source contains Cargo.toml.
        check =
          name: needed: known:
          function name needed known (
            checked:
            pkgs.runCommand "${checked.pname}-${name}" {
              inherit (checked) src;
              artifacts = checked.cargoArtifacts or "";
              nativeBuildInputs = checked.nativeBuildInputs or [ ];
            } "test -e $src/Cargo.toml; touch $out"
          );
        compiled = [ "cargoArtifacts" ];
      in
      {
        buildDepsOnly = check "buildDepsOnly" [ ] [ ];
        cargoClippy = check "cargoClippy" compiled [ "cargoClippyExtraArgs" ];
        cargoDeny = check "cargoDeny" [ ] [ ];
        cargoDoc = check "cargoDoc" compiled [ ];
        cargoDocTest = check "cargoDocTest" compiled [ ];
        cargoFmt = check "cargoFmt" [ ] [ ];
        cargoNextest = check "cargoNextest" compiled [ ];
        buildPackage = function "buildPackage" [ ] [ ] workspace;
        devShell =
          { checks, packages }:
          pkgs.mkShell {
            inputsFrom = lib.attrValues checks;
            packages = packages ++ [
              pkgs.cargo
              pkgs.clippy
              pkgs.rustc
              pkgs.rustfmt
            ];
          };
      };
  };
}
