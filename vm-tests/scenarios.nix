# The scenarios as data: finds every folder in `scenarios` that contains a scenario.toml, and returns all cases.
{
  lib,
  scenarios ? ./.,
}:
let
  isScenario =
    name: kind: kind == "directory" && builtins.pathExists (scenarios + "/${name}/scenario.toml");
  found = lib.attrNames (lib.filterAttrs isScenario (builtins.readDir scenarios));

  # The name on the command line: the folder's name up to the first `-`.
  id = folder: lib.head (lib.splitString "-" folder);
  folders = map (
    folder:
    let
      same = lib.filter (other: id other == id folder) found;
    in
    if same == [ folder ] then
      folder
    else
      throw "two scenarios are called `${id folder}': ${lib.concatStringsSep " and " same}"
  ) found;

  strict = import ./strict.nix { inherit lib; };
  file =
    folder: strict "${folder}/scenario.toml" (lib.importTOML (scenarios + "/${folder}/scenario.toml"));

  # `agent.yaml` is a file of the lab in `collector/`. `./mine.yaml` is a file in the scenario's folder.
  layer =
    folder: name:
    if lib.hasPrefix "./" name then scenarios + "/${folder}/${name}" else ../collector + "/${name}";
  layers = folder: lib.mapAttrs (_: map (layer folder));

  # `lab check` runs on the node `app`, so that node must exist. A part has one address, so it can be on one node only.
  placed =
    folder: nodes:
    let
      parts = lib.concatLists (lib.attrValues nodes);
    in
    if !(nodes ? app) then
      throw "${folder}/scenario.toml: `nodes' has no `app', from which a scenario is checked"
    else if parts != lib.unique parts then
      throw "${folder}/scenario.toml: `nodes' has a part on two nodes"
    else
      nodes;

  # The case of a scenario without a variant.
  plain = folder: {
    name = id folder;
    scenario = id folder;
    variant = null;
    expect_failure = null;
    # The part whose program must reject its configuration. Such a case has no virtual machines.
    rejected_by = null;
    inherit (file folder) title export;
    nodes = placed folder (file folder).nodes;
    layers = layers folder ((file folder).layers or { });
    environment = (file folder).environment or { };
    files = (file folder).files or { };
  };

  # The case of a variant. Its variables and files override the scenario's one by one; its layers, part by part.
  varied =
    folder: variant:
    let
      case = plain folder;
    in
    case
    // {
      name = "${case.name}-${variant.name}";
      variant = variant.name;
      title = variant.caption;
      expect_failure = variant.expect_failure or null;
      rejected_by = variant.expect_failure.rejected_by or null;
      layers = case.layers // layers folder (variant.layers or { });
      environment = lib.recursiveUpdate case.environment (variant.environment or { });
      files = lib.recursiveUpdate case.files (variant.files or { });
    };

  ofFolder = folder: [ (plain folder) ] ++ map (varied folder) ((file folder).variant or [ ]);
  all = lib.concatMap ofFolder folders;
  different =
    case:
    let
      same = lib.filter (other: other.name == case.name) all;
    in
    if lib.length same == 1 then case else throw "two variants are called `${case.name}'";
in
{
  # All cases, keyed by name: `scenario1`, `scenario1-timer`, …
  cases = lib.listToAttrs (map (case: lib.nameValuePair case.name (different case)) all);
}
