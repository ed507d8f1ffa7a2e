# `pkgs.testers.runNixOSTest`: evaluates a test, and builds a folder for the test driver of the rehearsal.
{ lib, pkgs }:
module:
let
  test = (evaluate [ module ]).config;
  # `interactive` is a second evaluation of the whole test, with additional settings.
  interactive =
    (evaluate [
      module
      test.interactive
    ]).config;

  evaluate =
    modules:
    lib.evalModules {
      modules = [
        ./test-options.nix
        { _module.args = { inherit pkgs; }; }
      ]
      ++ modules;
    };

  bundle =
    test:
    pkgs.runCommand "vm-test-run-${test.name}"
      {
        testScript = test.testScript;
        passAsFile = [ "testScript" ];
      }
      ''
        mkdir -p $out/nodes
        cp "$testScriptPath" $out/test.py
        echo ${toString test.globalTimeout} > $out/timeout
        ${lib.concatStrings (
          lib.mapAttrsToList (
            name: node: "ln -s ${node.system.build.toplevel} $out/nodes/${name}\n"
          ) test.nodes
        )}
      '';
  # Passes the test to the program that replaces the driver.
  driver =
    test:
    pkgs.writeShellApplication {
      name = "nixos-test-driver";
      text = ''exec "$LAB_REHEARSAL_DRIVER" ${bundle test} "$@"'';
    };
in
bundle test
// {
  driver = driver test;
  driverInteractive = driver interactive;
  inherit (test) nodes;
}
