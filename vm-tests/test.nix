# Converts a case to a NixOS test: its nodes, and the script that checks them.
{
  lib,
  modules,
  # The files that `lab` reads on the node `app`.
  root,
  # An additional NixOS module for every node.
  module ? { },
}:
case:
let
  # A file with a Python function, and a call of that function. The argument is JSON text, encoded as a JSON string: this
  # is a valid string literal in Python, too.
  call =
    function: known:
    builtins.readFile (./. + "/${function}.py")
    + "\n\n${function}(${builtins.toJSON (builtins.toJSON known)})\n";

  machine = {
    imports = [
      modules.default
      module
    ];
    services.otel-lab = {
      inherit (case) export files layers;
      environment = lib.recursiveUpdate (import ./slow-machine.nix) case.environment;
      hosts = lib.concatMapAttrs (node: parts: lib.genAttrs parts (_: node)) case.nodes;
      listenAddress = "0.0.0.0";
      openFirewall = true;
    };
    virtualisation = {
      cores = 2;
      memorySize = 1024;
      graphics = false;
    };
  };

  # The pages that `lab up` prints as well: those whose part runs on this node, each with its port number.
  pages =
    { parts, places, ... }:
    map (page: page // { number = places.${page.part}.ports.${page.port}; }) (
      lib.filter (page: lib.elem page.part parts) [
        {
          part = "jaeger";
          port = "query";
          path = "/";
        }
        {
          part = "prometheus";
          port = "web";
          path = "/";
        }
        {
          part = "items";
          port = "http";
          path = "/data";
        }
      ]
    );
  link =
    {
      part,
      number,
      path,
      ...
    }:
    "${part} http://127.0.0.1:${toString number}${path}";
  forward =
    { number, ... }:
    {
      from = "host";
      host = {
        address = "127.0.0.1";
        port = number;
      };
      guest.port = number;
    };
in
{
  inherit (case) name;
  # KVM is not required. Without it, the virtual machines are slow, but the verdict is the same.
  requiredFeatures.kvm = lib.mkForce false;
  globalTimeout = 30 * 60;

  defaults = machine;
  nodes = lib.mapAttrs (node: parts: {
    imports = lib.optional (node == "app") (import ./check.nix { inherit case root; });
    services.otel-lab = { inherit parts; };
  }) case.nodes;
  testScript =
    { nodes, ... }:
    call "check" {
      units = lib.mapAttrs (_: node: node.services.otel-lab.units) nodes;
      inherit (case) expect_failure;
    };

  interactive = {
    globalTimeout = lib.mkForce (7 * 24 * 60 * 60);
    testScript = lib.mkForce (
      { nodes, ... }:
      call "stay" {
        units = lib.mapAttrs (_: node: node.services.otel-lab.units) nodes;
        links = map link (lib.concatMap (node: pages node.services.otel-lab) (lib.attrValues nodes));
      }
    );
    defaults =
      { config, ... }:
      {
        virtualisation.forwardPorts = map forward (pages config.services.otel-lab);
      };
  };
}
