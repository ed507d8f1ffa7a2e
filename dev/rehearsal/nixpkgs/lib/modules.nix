# The module system: computes the values of options from modules.
{ lib }:
let
  inherit (import ./definitions.nix { inherit lib; })
    holds
    isMarked
    merge
    pushDown
    showOption
    ;
  reserved = [
    "_file"
    "config"
    "imports"
    "key"
    "options"
  ];

  # Splits a module into options, definitions and imports. Without `options` and `config`, all attributes are definitions.
  structured =
    module:
    let
      rest = removeAttrs module reserved;
      isExplicit = module ? config || module ? options;
    in
    if isExplicit && rest != { } then
      throw "A module has the attribute `${lib.head (lib.attrNames rest)}' beside `config' or `options': move it into `config'"
    else
      {
        key = module.key or null;
        imports = module.imports or [ ];
        options = module.options or { };
        config = if isExplicit then module.config or { } else rest;
      };

  # All imported modules, each file once, in the same order as in nixpkgs.
  collected =
    load: modules:
    let
      item =
        parent: at: module:
        let
          loaded = load module;
          place = if lib.isPath module then toString module else "${parent}:${toString at}";
        in
        {
          key = if loaded.key == null then place else loaded.key;
          module = loaded;
        };
    in
    map (found: found.module) (
      builtins.genericClosure {
        startSet = lib.imap1 (item "start") modules;
        operator = found: lib.imap1 (item found.key) found.module.imports;
      }
    );

  declared =
    path: left: right:
    left
    // lib.mapAttrs (
      name: option:
      if !(left ? ${name}) then
        option
      else if isMarked "option" option || isMarked "option" left.${name} then
        throw "The option `${showOption (path ++ [ name ])}' is declared twice"
      else
        declared (path ++ [ name ]) left.${name} option
    ) right;

  # The value of one option.
  evaluated =
    path: option: definitions:
    let
      own = lib.optional (option ? default) (lib.mkOverride 1500 option.default);
      undefined = throw "The option `${showOption path}' was accessed but has no value defined";
      value = merge path option.type undefined (definitions ++ own);
    in
    if (option.readOnly or false) && builtins.any holds definitions then
      throw "The option `${showOption path}' is read-only, but it is set"
    else
      (option.apply or (value: value)) value;

  # The values of a tree of options. A definition of an undeclared option is an error.
  tree =
    path: options: definitions:
    let
      of = name: map (set: set.${name}) (lib.filter (set: set ? ${name}) definitions);
      names = lib.unique (lib.concatMap lib.attrNames definitions);
      unknown = lib.filter (name: !(options ? ${name}) && builtins.any holds (of name)) names;
      value =
        name: option:
        if isMarked "option" option then
          evaluated (path ++ [ name ]) option (of name)
        else
          tree (path ++ [ name ]) option (lib.concatMap pushDown (of name));
    in
    if unknown == [ ] then
      lib.mapAttrs value options
    else
      throw "The option `${
        showOption (path ++ [ (lib.head unknown) ])
      }' does not exist (there are: ${toString (lib.attrNames options)})";
in
{
  evalModules =
    {
      modules,
      prefix ? [ ],
    }:
    let
      always = { inherit config lib options; };
      argument =
        name: _:
        always.${name} or config._module.args.${name}
          or (throw "The module argument `${name}' does not exist (in `${showOption prefix}')");
      load =
        module:
        if lib.isPath module then
          load (import module)
        else if lib.isFunction module then
          load (module (always // lib.mapAttrs argument (lib.functionArgs module)))
        else
          structured module;
      loaded = collected load modules;
      options = lib.foldl' (declared prefix) {
        _module.args = lib.mkOption {
          type = lib.types.lazyAttrsOf lib.types.raw;
          default = { };
        };
      } (map (module: module.options) loaded);
      config = tree prefix options (
        lib.concatMap (module: pushDown module.config) (lib.reverseList loaded)
      );
    in
    {
      inherit options;
      config = removeAttrs config [ "_module" ];
    };
}
