# Computes the value of an option from its definitions: conditions, priorities, type check, merge.
{ lib }:
let
  isMarked = mark: value: lib.isAttrs value && (value._type or null) == mark;
  # Quotes a name that is not an identifier, as Nix does.
  showName =
    name: if builtins.match "[a-zA-Z_][a-zA-Z0-9_'-]*" name != null then name else "\"${name}\"";

  # All definitions whose conditions are true, each with its priority.
  discharge =
    priority: definition:
    if isMarked "merge" definition then
      lib.concatMap (discharge priority) definition.contents
    else if isMarked "if" definition then
      lib.optionals definition.condition (discharge priority definition.content)
    else if isMarked "override" definition then
      # Do not evaluate the content. It may be a default that cannot be evaluated, and that another definition overrides.
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

  # Moves the markers (`mkMerge`, `mkIf`, `mkOverride`) of a set of definitions to the attributes of the set.
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

  # The value, or `none` if there is no definition whose conditions are true.
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
