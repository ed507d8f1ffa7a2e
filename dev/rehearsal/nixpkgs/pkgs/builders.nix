# The builders of nixpkgs, with the arguments that the lab passes. What a real build requires is required here, too.
{
  lib,
  build,
  program,
}:
let
  expect = import ./arguments.nix { inherit lib; };
  isHash = hash: builtins.match "sha256-[A-Za-z0-9+/]{43}=" hash != null;
  hashed = name: hash: if isHash hash then hash else throw "${name}: `${hash}' is no hash";

  # Creates a package from arguments, or from a function that receives the finished package and returns arguments.
  packaged =
    builder: needed: known:
    let
      always = [
        "pname"
        "version"
        "src"
      ];
      further = [ "meta" ] ++ known;
    in
    {
      arguments = always ++ needed ++ further;
      __functor =
        _: function:
        let
          arguments = expect builder (always ++ needed) further (
            if lib.isFunction function then function (arguments // package) else function
          );
          package = program arguments.pname {
            inherit (arguments) version;
            programs = [ (arguments.meta.mainProgram or arguments.pname) ];
            meta = arguments.meta or { };
            inputs = lib.mapAttrs (_: toString) (
              removeAttrs arguments [
                "meta"
                "env"
                "pname"
                "version"
              ]
            );
          };
        in
        package;
    };

in
{
  runCommand = build;
  writeText =
    name: text:
    build name {
      inherit text;
      passAsFile = [ "text" ];
    } ''cp "$textPath" $out'';
  writeShellScript =
    name: text:
    build name
      {
        text = "#!/bin/bash\n" + text;
        passAsFile = [ "text" ];
      }
      ''
        bash -n "$textPath"
        cp "$textPath" $out
        chmod +x $out
      '';
  writeShellApplication =
    { name, text }:
    build name
      {
        text = "#!/bin/bash\nset -o errexit -o nounset -o pipefail\n" + text;
        passAsFile = [ "text" ];
      }
      ''
        if command -v shellcheck > /dev/null; then shellcheck "$textPath"; fi
        mkdir -p $out/bin
        cp "$textPath" $out/bin/${name}
        chmod +x $out/bin/${name}
      ''
    // {
      meta.mainProgram = name;
    };
  mkShell =
    {
      inputsFrom ? [ ],
      packages ? [ ],
    }:
    build "shell" {
      outputs = [ "out" ];
      inputs = inputsFrom;
      stdenv = build "stdenv" { } ''
        mkdir $out
        echo 'export PATH=${lib.makeBinPath packages}:/usr/bin:/bin' > $out/setup
      '';
    } "touch $out";

  fetchFromGitHub =
    {
      owner,
      repo,
      tag,
      hash,
      fetchSubmodules,
    }:
    build "source" {
      inherit
        owner
        repo
        tag
        fetchSubmodules
        ;
      hash = hashed "fetchFromGitHub" hash;
    } "mkdir $out";
  fetchNpmDeps =
    {
      src,
      hash,
      fetcherVersion,
    }:
    build "npm-deps" {
      inherit src fetcherVersion;
      hash = hashed "fetchNpmDeps" hash;
    } "mkdir $out";
  buildGoModule =
    packaged "buildGoModule"
      [ "vendorHash" ]
      [
        "ldflags"
        "nativeBuildInputs"
        "preBuild"
        "subPackages"
      ];
  buildNpmPackage =
    packaged "buildNpmPackage"
      [ "npmDeps" ]
      [
        "env"
        "installPhase"
        "nodejs"
        "npmDepsFetcherVersion"
        "postPatch"
        "preBuild"
      ];

  # Not a part of nixpkgs: functions for the stand-in for crane.
  rehearsed = {
    inherit expect;
    # A package with the programs that cargo has built.
    workspace =
      arguments:
      program arguments.pname {
        inherit (arguments) meta version;
        programs = [
          arguments.meta.mainProgram
          "items"
          "redis-subscriber"
          "remote-users"
          "users"
        ];
        inputs = { inherit (arguments) src cargoArtifacts; };
      };
  };
}
