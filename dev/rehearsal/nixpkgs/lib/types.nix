# The types of options: which values they accept, and how they merge several definitions.
{ lib }:
let
  inherit (import ./definitions.nix { inherit lib; })
    isMarked
    merge
    pushDown
    show
    showOption
    ;
  none = {
    _type = "none";
  };

  equal =
    path: values:
    if builtins.all (value: value == lib.head values) values then
      lib.head values
    else
      throw "The option `${showOption path}' has conflicting definition values: ${
        lib.concatMapStringsSep ", " show values
      }";
  single =
    path: values:
    if lib.length values == 1 then
      lib.head values
    else
      throw "The option `${showOption path}' is defined several times, and must be once";
  # A type that is made from another type has it as an additional attribute `inner`. A submodule has `modules`.
  type = description: check: merge: { inherit description check merge; };

  attributes =
    isLazy: of:
    type "attribute set of ${of.description}" lib.isAttrs (
      path: values:
      let
        sets = lib.concatMap pushDown values;
        names = lib.unique (lib.concatMap lib.attrNames sets);
        missing =
          name: if isLazy then throw "The option `${showOption (path ++ [ name ])}' has no value" else none;
        value =
          name:
          merge (path ++ [ name ]) of (missing name) (
            map (set: set.${name}) (lib.filter (set: set ? ${name}) sets)
          );
        all = lib.genAttrs names value;
      in
      if isLazy then all else lib.filterAttrs (_: value: !isMarked "none" value) all
    )
    // {
      inner = of;
    };
  integer =
    description: least: most:
    type description (value: lib.isInt value && value >= least && value <= most) equal;
in
rec {
  bool = type "boolean" lib.isBool equal;
  int = type "signed integer" lib.isInt equal;
  ints.unsigned = integer "unsigned integer" 0 9223372036854775807;
  ints.positive = integer "positive integer" 1 9223372036854775807;
  port = integer "16 bit unsigned integer" 0 65535;
  str = type "string" lib.isString equal;
  lines = type "strings, one a line" lib.isString (_: lib.concatStringsSep "\n");
  path = type "absolute path" (
    value: lib.isPath value || value ? outPath || (lib.isString value && lib.hasPrefix "/" value)
  ) equal;
  package = type "package" (value: (value.type or null) == "derivation") single;
  raw = type "raw value" (_: true) single;
  enum =
    values:
    type "one of ${lib.concatMapStringsSep ", " show values}" (value: lib.elem value values) equal;

  nullOr =
    of:
    type "null or ${of.description}" (value: value == null || of.check value) (
      path: values:
      let
        some = lib.filter (value: value != null) values;
      in
      if some == [ ] then null else of.merge path some
    )
    // {
      inner = of;
    };
  either =
    one: other:
    type "${one.description} or ${other.description}" (value: one.check value || other.check value) (
      path: values:
      if builtins.all one.check values then one.merge path values else other.merge path values
    );
  oneOf = of: lib.foldl' either (lib.head of) (lib.tail of);
  listOf =
    of:
    type "list of ${of.description}" lib.isList (
      path: values:
      lib.filter (value: !isMarked "none" value) (
        lib.imap1 (at: value: merge (path ++ [ "[${toString at}]" ]) of none [ value ]) (
          lib.concatLists values
        )
      )
    )
    // {
      inner = of;
    };
  nonEmptyListOf =
    of:
    let
      list = listOf of;
    in
    list // type "non-empty ${list.description}" (value: list.check value && value != [ ]) list.merge;
  attrsOf = attributes false;
  lazyAttrsOf = attributes true;
  functionTo = of: type "function to ${of.description}" lib.isFunction single;

  deferredModule = type "module" (
    value: lib.isAttrs value || lib.isFunction value || lib.isPath value
  ) (_: values: { imports = values; });
  # An attribute set is the config of the submodule. Any other value is a module.
  submodule =
    module:
    submoduleWith {
      modules = [ module ];
      shorthandOnlyDefinesConfig = true;
    };
  # Without the shorthand, every definition is a module.
  submoduleWith =
    {
      modules,
      shorthandOnlyDefinesConfig ? false,
    }:
    let
      toModule =
        value: if lib.isAttrs value && shorthandOnlyDefinesConfig then { config = value; } else value;
    in
    type "submodule" deferredModule.check (
      path: values:
      (lib.evalModules {
        prefix = path;
        modules = modules ++ [ { _module.args.name = lib.last path; } ] ++ map toModule values;
      }).config
    )
    // {
      inherit modules;
    };
}
