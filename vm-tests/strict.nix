# The keys of scenario.toml.  `lab` reads the file strictly, but later, and what Nix does not know of it would pass over.
{ lib }:
path:
let
  # The set, unless it has a key beside these.
  only =
    known: set:
    let
      unknown = lib.attrNames (removeAttrs set known);
    in
    if unknown == [ ] then set else throw "${path}: unknown key `${lib.head unknown}'";

  # The set, unless it lacks one of these.
  complete =
    needed: set:
    let
      missing = lib.filter (key: !(set ? ${key})) needed;
    in
    if missing == [ ] then set else throw "${path}: `${lib.head missing}' is missing";

  common = [
    "background"
    "environment"
    "files"
    "layers"
    "metric"
    "step"
  ];
  fails = only [
    "exit"
    "refused"
    "says"
  ];
  variant =
    set:
    only (
      common
      ++ [
        "caption"
        "fails"
        "name"
        "removes"
      ]
    ) set
    // lib.optionalAttrs (set ? fails) { fails = fails set.fails; };
in
scenario:
only (
  common
  ++ [
    "absent"
    "export"
    "nodes"
    "secret"
    "teaches"
    "title"
    "variant"
  ]
) (complete [ "title" "export" "nodes" ] scenario)
// lib.optionalAttrs (scenario ? variant) { variant = map variant scenario.variant; }
