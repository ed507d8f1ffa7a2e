# Lists every name that the stand-ins declare. The flake can use no other name, and NAMES.md must contain each one.
let
  lib = import ./nixpkgs/lib;
  pkgs = import ./nixpkgs/pkgs {
    inherit lib;
    system = "x86_64-linux";
    programs = "/none";
  };
  craneLib = (((import ./crane/flake.nix).outputs { }).mkLib pkgs);
  inherit (lib) attrNames mapAttrsToList;

  # The names of functions, including those in nested sets.
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

  # The name of a builder, and of each of its arguments.
  builder =
    name: function:
    [ name ]
    ++ map (argument: "${name}.${argument}") (
      function.arguments or (attrNames (lib.functionArgs function))
    );

  # The name of a package, and of each of its programs.
  package = name: package: [ name ] ++ map (program: "${name}/${program}") package.programs;

  evaluated = modules: (lib.evalModules { inherit modules; }).options;
  # The names of options, including those of submodules.
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
