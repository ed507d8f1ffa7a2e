# A stand-in for crane: the functions that the lab calls, each with the arguments that it needs and may have.
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
        # A check succeeds when its source is there.
        check =
          function: needed: known: arguments:
          let
            checked = expect "crane.${function}" (
              [
                "pname"
                "version"
                "src"
              ]
              ++ needed
            ) (common ++ known) arguments;
          in
          pkgs.runCommand "${checked.pname}-${function}" {
            inherit (checked) src;
            artifacts = checked.cargoArtifacts or "";
          } "test -e $src/Cargo.toml; touch $out";
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
        buildPackage =
          arguments: workspace (expect "crane.buildPackage" [ "pname" "version" "src" ] common arguments);
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
