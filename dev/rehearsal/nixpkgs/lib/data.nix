# Functions for lists, attribute sets, strings and packages.
let
  inherit (builtins)
    genList
    map
    match
    stringLength
    substring
    ;
  characters = text: genList (at: substring at 1 text) (stringLength text);
in
rec {
  inherit (builtins)
    attrNames
    attrValues
    concatLists
    concatMap
    concatStringsSep
    elem
    elemAt
    filter
    foldl'
    functionArgs
    genList
    head
    isAttrs
    isBool
    isFunction
    isInt
    isList
    isPath
    isString
    length
    listToAttrs
    mapAttrs
    removeAttrs
    replaceStrings
    tail
    toJSON
    ;

  nameValuePair = name: value: { inherit name value; };
  filterAttrs =
    keep: set:
    listToAttrs (
      filter ({ name, value }: keep name value) (
        map (name: nameValuePair name set.${name}) (attrNames set)
      )
    );
  genAttrs = names: f: listToAttrs (map (name: nameValuePair name (f name)) names);
  mapAttrs' = f: set: listToAttrs (mapAttrsToList f set);
  mapAttrsToList = f: set: map (name: f name set.${name}) (attrNames set);
  mergeAttrsList = foldl' (before: set: before // set) { };
  concatMapAttrs = f: set: mergeAttrsList (mapAttrsToList f set);
  optionalAttrs = wanted: set: if wanted then set else { };
  recursiveUpdate =
    left: right:
    left
    // mapAttrs (
      name: value:
      if isAttrs value && isAttrs (left.${name} or null) then
        recursiveUpdate left.${name} value
      else
        value
    ) right;
  attrsets.unionOfDisjoint =
    left: right:
    let
      both = attrNames (builtins.intersectAttrs left right);
    in
    if both == [ ] then left // right else throw "unionOfDisjoint: both have ${toString both}";

  optional = wanted: value: if wanted then [ value ] else [ ];
  optionals = wanted: list: if wanted then list else [ ];
  toList = value: if isList value then value else [ value ];
  last = list: elemAt list (length list - 1);
  reverseList = list: genList (at: elemAt list (length list - 1 - at)) (length list);
  unique = foldl' (seen: value: if elem value seen then seen else seen ++ [ value ]) [ ];
  imap1 = f: list: genList (at: f (at + 1) (elemAt list at)) (length list);

  concatStrings = concatStringsSep "";
  concatMapStrings = f: list: concatStrings (map f list);
  concatMapStringsSep =
    separator: f: list:
    concatStringsSep separator (map f list);
  optionalString = wanted: text: if wanted then text else "";
  hasPrefix = prefix: text: substring 0 (stringLength prefix) text == prefix;
  removeSuffix =
    suffix: text:
    let
      rest = stringLength text - stringLength suffix;
    in
    if rest >= 0 && substring rest (-1) text == suffix then substring 0 rest text else text;
  splitString = separator: text: filter isString (builtins.split (escapeRegex separator) text);
  escapeRegex = replaceStrings (characters "\\[{()^$?*+|.") (
    map (c: "\\${c}") (characters "\\[{()^$?*+|.")
  );
  toUpper = replaceStrings (characters "abcdefghijklmnopqrstuvwxyz") (
    characters "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
  );
  escapeShellArg =
    value:
    let
      text = toString value;
    in
    if match "[[:alnum:],._+:@%/-]+" text != null then
      text
    else
      "'${replaceStrings [ "'" ] [ "'\\''" ] text}'";
  escapeShellArgs = concatMapStringsSep " " escapeShellArg;

  getExe = package: getExe' package package.meta.mainProgram;
  getExe' = package: program: "${package}/bin/${program}";
  makeBinPath = concatMapStringsSep ":" (package: "${package}/bin");
  licenses = genAttrs [ "asl20" "mit" ] (name: {
    shortName = name;
  });
}
