# From the definitions of one option to its value: conditions, priorities, the check of the type, the merge.
{ lib }:
let
  isMarked = mark: value: lib.isAttrs value && (value._type or null) == mark;
  # A name that is no identifier is quoted, as Nix would have it.
  showName =
    name: if builtins.match "[a-zA-Z_][a-zA-Z0-9_'-]*" name != null then name else "\"${name}\"";

  # Every definition that holds, with its priority.
  discharge =
    priority: definition:
    if isMarked "merge" definition then
      lib.concatMap (discharge priority) definition.contents
    else if isMarked "if" definition then
      lib.optionals definition.condition (discharge priority definition.content)
    else if isMarked "override" definition then
      # What it holds is not looked into: a default that another definition replaces may be one that cannot be had.
      [
        {
          inherit (definition) priority;
          value = definition.content;
        }
      ]
    else
      [
        {
          inherit priority;
          value = definition;
        }
      ];
in
rec {
  inherit isMarked;
  showOption = lib.concatMapStringsSep "." showName;
  show =
    value:
    if lib.isFunction value then
      "<function>"
    else if lib.isAttrs value then
      "{ ${lib.concatStringsSep "; " (lib.attrNames value)} }"
    else
      lib.toJSON value;

  holds = definition: discharge 100 definition != [ ];

  # One set of definitions becomes one per mark, with the marks on its attributes.
  pushDown =
    definition:
    if isMarked "merge" definition then
      lib.concatMap pushDown definition.contents
    else if isMarked "if" definition then
      map (lib.mapAttrs (_: lib.mkIf definition.condition)) (pushDown definition.content)
    else if isMarked "override" definition then
      map (lib.mapAttrs (_: lib.mkOverride definition.priority)) (pushDown definition.content)
    else if lib.isAttrs definition then
      [ definition ]
    else
      throw "expected a set of definitions, got ${show definition}";

  # The value, or `none` where no definition holds.
  merge =
    path: type: none: definitions:
    let
      all = lib.concatMap (discharge 100) definitions;
      strongest = lib.foldl' (least: one: if one.priority < least then one.priority else least) 9999 all;
      values = map (one: one.value) (lib.filter (one: one.priority == strongest) all);
      wrong = lib.filter (value: !type.check value) values;
    in
    if all == [ ] then
      none
    else if wrong != [ ] then
      throw "A definition for option `${showOption path}' is not of type `${type.description}': ${
        lib.concatMapStringsSep ", " show wrong
      }"
    else
      type.merge path values;
}
