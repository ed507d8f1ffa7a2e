# Checks the keys of scenario.toml. `lab` rejects unknown keys as well, but later. Without this check, Nix would ignore
# them.
{ lib }:
path:
let
  # Returns the set. Fails if the set has a key that is not listed here.
  only =
    known: set:
    let
      unknown = lib.attrNames (removeAttrs set known);
    in
    if unknown == [ ] then set else throw "${path}: unknown key `${lib.head unknown}'";

  # Returns the set. Fails if one of these keys is missing.
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
  expect_failure = only [
    "exit"
    "findings"
    "ledger"
    "output_matches"
    "passed"
    "rejected_by"
  ];
  variant =
    set:
    only (
      common
      ++ [
        "caption"
        "expect_failure"
        "name"
        "removes"
      ]
    ) set
    // lib.optionalAttrs (set ? expect_failure) { expect_failure = expect_failure set.expect_failure; };
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
