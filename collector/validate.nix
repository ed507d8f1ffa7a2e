# Configuration files in layers, each copied by itself, that the program which reads them has accepted.
{ lib, pkgs }:
{
  name,
  package,
  files,
  # What `${env:…}` sees: the unit's own environment.
  environment,
  # What the program is told besides the files.
  arguments ? [ ],
}:
let
  # A number keeps the order and tells two files of one name apart; the rest of the flake may change without touching them.
  layers = lib.imap1 (number: file: {
    from = "${file}";
    to = "${toString number}-${baseNameOf file}";
  }) files;
  line =
    folder:
    lib.concatStringsSep " " (map (layer: "--config=file:${folder}/${layer.to}") layers ++ arguments);

  validate = ''
    mkdir $out
    ${lib.concatMapStrings (layer: "cp ${layer.from} $out/${layer.to}\n") layers}
    export STATE_DIRECTORY=$PWD
    ${lib.getExe package} validate ${line "$out"}'';
  accepted = pkgs.runCommand name environment validate;
  expect = pattern: ''
    grep --perl-regexp --regexp=${lib.escapeShellArg pattern} said || {
      cat said
      exit 1
    }
  '';
in
{
  inherit accepted;
  # For files that are wrong on purpose: the program refuses them, and what it says matches every pattern.
  refused =
    patterns:
    pkgs.runCommand name environment ''
      if ( ${validate} ) > said 2>&1; then
        echo "they are accepted"
        exit 1
      fi
      ${lib.concatMapStrings expect patterns}
    '';
  command = "${lib.getExe package} ${line accepted}";
}
