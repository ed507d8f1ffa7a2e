# Checks the keys of scenario.toml. `lab` rejects unknown and old keys as well, but later. Without this check, Nix would
# ignore them.
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

  # Returns the set. Fails if it has an old key: `renamed` maps old keys to new ones.
  current =
    renamed: set:
    let
      old = lib.filter (key: set ? ${key}) (lib.attrNames renamed);
    in
    if old == [ ] then
      set
    else
      throw "${path}: `${lib.head old}' is now called `${renamed.${lib.head old}}'";

  # Returns the set. Fails if one of its steps has an old key.
  currentSteps =
    set:
    lib.foldl' (
      checked: step:
      builtins.seq (current {
        hold = "pause";
        kept = "dropped', with the opposite value: `dropped = true";
        kept_by = "sampled_by";
        refused_by = "dropped_by";
        unrecorded = "non_recording";
        without = "stopped";
      } step) checked
    ) set (set.step or [ ]);

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
  expect_failure =
    set:
    only
      [
        "exit"
        "findings"
        "ledger"
        "output_matches"
        "passed"
        "rejected_by"
      ]
      (
        current {
          refused = "rejected_by";
          says = "output_matches";
        } set
      );
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
    ) (currentSteps (current { fails = "expect_failure"; } set))
    // lib.optionalAttrs (set ? expect_failure) { expect_failure = expect_failure set.expect_failure; };
in
scenario:
complete
  [
    "title"
    "summary"
    "export"
    "nodes"
  ]
  (
    only (
      common
      ++ [
        "absent"
        "export"
        "nodes"
        "secret"
        "summary"
        "title"
        "variant"
      ]
    ) (currentSteps (current { teaches = "summary"; } scenario))
  )
// lib.optionalAttrs (scenario ? variant) { variant = map variant scenario.variant; }
