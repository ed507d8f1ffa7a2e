# The options of a NixOS test that the lab sets.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  names = lib.attrNames config.nodes;
  # Nodes are numbered in the order of their names.
  numbers = lib.listToAttrs (lib.imap1 (number: name: lib.nameValuePair name number) names);
  address = name: "192.168.1.${toString numbers.${name}}";

  network =
    { name, ... }:
    {
      networking = {
        hostName = lib.mkDefault name;
        primaryIPAddress = address name;
        extraHosts = lib.concatMapStrings (other: "${address other} ${other}\n") names;
      };
    };
  machine = import ./. { inherit pkgs; } ++ [
    config.defaults
    network
  ];
  nodeType = types.submoduleWith { modules = machine; };
in
{
  options = {
    name = mkOption { type = types.str; };
    defaults = mkOption {
      type = types.deferredModule;
      default = { };
    };
    nodes = mkOption {
      type = types.lazyAttrsOf nodeType;
      default = { };
    };
    testScript = mkOption {
      type = types.either types.str (types.functionTo types.str);
      apply = script: if lib.isFunction script then script { inherit (config) nodes; } else script;
    };
    globalTimeout = mkOption {
      type = types.int;
      default = 3600;
    };
    requiredFeatures.kvm = mkOption {
      type = types.bool;
      default = true;
    };
    interactive = mkOption {
      type = types.deferredModule;
      default = { };
    };
  };
}
