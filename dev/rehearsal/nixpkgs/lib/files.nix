# Functions for files: TOML, and file sets as sources.
{ lib }:
let
  isFolder = path: builtins.readFileType path == "directory";
  # A file set is a list of paths here.
  filesBelow =
    path:
    if isFolder path then
      lib.concatMap (name: filesBelow (path + "/${name}")) (lib.attrNames (builtins.readDir path))
    else
      [ path ];
  toFiles = fileset: if lib.isList fileset then fileset else filesBelow fileset;
  extension = name: lib.last (lib.splitString "." name);
in
{
  importTOML = path: builtins.fromTOML (builtins.readFile path);

  fileset = {
    unions = lib.concatMap toFiles;
    difference =
      positive: negative: lib.filter (file: !(lib.elem file (toFiles negative))) (toFiles positive);
    fileFilter =
      keep: path:
      lib.filter (
        file:
        keep {
          name = baseNameOf file;
          hasExt = ext: extension (baseNameOf file) == ext;
        }
      ) (filesBelow path);
    toSource =
      { root, fileset }:
      let
        files = map toString (toFiles fileset);
        isIn = path: lib.elem path files || builtins.any (lib.hasPrefix "${path}/") files;
      in
      builtins.path {
        path = root;
        name = "source";
        filter = path: _: isIn path;
      };
  };
}
