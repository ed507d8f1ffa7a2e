# The scenarios as data: every folder in `scenarios` that holds a scenario.toml, and what there is to play.
{
  lib,
  scenarios ? ./.,
}:
let
  isScenario =
    name: kind: kind == "directory" && builtins.pathExists (scenarios + "/${name}/scenario.toml");
  found = lib.attrNames (lib.filterAttrs isScenario (builtins.readDir scenarios));

  # What people type: the folder's name up to the first `-`.
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

  # `agent.yaml` is one of the lab's, `./mine.yaml` the scenario's own.
  layer =
    folder: name:
    if lib.hasPrefix "./" name then scenarios + "/${folder}/${name}" else ../collector + "/${name}";
  layers = folder: lib.mapAttrs (_: map (layer folder));

  # A scenario is checked from `app`, and every part is found by its name.
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

  # The scenario as it stands.
  plain = folder: {
    name = id folder;
    scenario = id folder;
    variant = null;
    fails = null;
    # The part whose program refuses its files: there are no machines to play it then.
    refused = null;
    inherit (file folder) title export;
    nodes = placed folder (file folder).nodes;
    layers = layers folder ((file folder).layers or { });
    environment = (file folder).environment or { };
    files = (file folder).files or { };
  };

  # A variant's settings win: variable by variable, and layering by layering.
  varied =
    folder: variant:
    let
      play = plain folder;
    in
    play
    // {
      name = "${play.name}-${variant.name}";
      variant = variant.name;
      title = variant.caption;
      fails = variant.fails or null;
      refused = variant.fails.refused or null;
      layers = play.layers // layers folder (variant.layers or { });
      environment = lib.recursiveUpdate play.environment (variant.environment or { });
      files = lib.recursiveUpdate play.files (variant.files or { });
    };

  ofFolder = folder: [ (plain folder) ] ++ map (varied folder) ((file folder).variant or [ ]);
  all = lib.concatMap ofFolder folders;
  different =
    play:
    let
      same = lib.filter (other: other.name == play.name) all;
    in
    if lib.length same == 1 then play else throw "two variants are called `${play.name}'";
in
{
  # By name: `scenario1`, `scenario1-timer`, …
  plays = lib.listToAttrs (map (play: lib.nameValuePair play.name (different play)) all);
}
