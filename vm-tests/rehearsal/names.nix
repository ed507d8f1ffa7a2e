# Every name that the stand-ins declare, which is every name that the flake may use: what NAMES.md has to account for.
let
  lib = import ./nixpkgs/lib;
  pkgs = import ./nixpkgs/pkgs {
    inherit lib;
    system = "x86_64-linux";
    programs = "/none";
  };
  craneLib = (((import ./crane/flake.nix).outputs { }).mkLib pkgs);
  inherit (lib) attrNames mapAttrsToList;

  # Functions, and those of the sets of functions.
  functions =
    prefix: set:
    lib.concatLists (
      mapAttrsToList (
        name: value:
        if lib.isAttrs value && !(value ? check) && !(value ? shortName) then
          functions "${prefix}${name}." value
        else
          [ "${prefix}${name}" ]
      ) set
    );

  # A builder, and each argument that it takes.
  builder =
    name: function:
    [ name ]
    ++ map (argument: "${name}.${argument}") (
      function.arguments or (attrNames (lib.functionArgs function))
    );

  # A package, and each of its programs.
  package = name: package: [ name ] ++ map (program: "${name}/${program}") package.programs;

  evaluated = modules: (lib.evalModules { inherit modules; }).options;
  # Options, and those of their submodules.
  options =
    prefix: set:
    lib.concatLists (
      mapAttrsToList (
        name: option:
        if (option._type or null) == "option" then
          [ "${prefix}${name}" ] ++ inside "${prefix}${name}" option.type
        else
          options "${prefix}${name}." option
      ) (removeAttrs set [ "_module" ])
    );
  inside =
    name: type:
    if type ? modules then
      options "${name}.<>." (evaluated (type.modules ++ [ { _module.args.name = "<>"; } ]))
    else if type ? inner then
      inside name type.inner
    else
      [ ];

  ours = [
    "extend"
    "lib"
    "rehearsed"
    "stdenv"
    "system"
  ];
  known = removeAttrs pkgs ours;
  test = evaluated [
    ./nixpkgs/nixos/test-options.nix
    { _module.args = { inherit pkgs; }; }
  ];
in
functions "lib." lib
++ lib.concatLists (
  mapAttrsToList (
    name: value:
    if value ? programs then
      package "pkgs.${name}" value
    else if lib.isAttrs value && !(value ? arguments) then
      functions "pkgs.${name}." value
    else
      builder "pkgs.${name}" value
  ) known
)
++ package "pkgs.prometheus.cli" pkgs.prometheus.cli
++ [
  "pkgs.extend"
  "pkgs.stdenv.hostPlatform.system"
]
++ lib.concatLists (mapAttrsToList (name: builder "crane.${name}") craneLib)
++ options "" (evaluated (import ./nixpkgs/nixos { inherit pkgs; }))
++ options "test." (
  test
  // {
    nodes = test.nodes // {
      type = { };
    };
  }
)
