# Copies layers of configuration files into the store, each as a separate file, and validates them with the program that
# reads them.
{ lib, pkgs }:
{
  name,
  package,
  files,
  # The values of `${env:…}` in the files: the environment of the systemd unit.
  environment,
  # Arguments of the program besides the files.
  arguments ? [ ],
}:
let
  # The number keeps the order and distinguishes two files with the same name. Each file is a separate store path, so
  # other changes to the flake do not rebuild this.
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
    grep --perl-regexp --regexp=${lib.escapeShellArg pattern} output || {
      cat output
      exit 1
    }
  '';
in
{
  inherit accepted;
  # For files that are wrong on purpose: the program must reject them, and its output must match every pattern.
  refused =
    patterns:
    pkgs.runCommand name environment ''
      if ( ${validate} ) > output 2>&1; then
        echo "they are accepted"
        exit 1
      fi
      ${lib.concatMapStrings expect patterns}
    '';
  command = "${lib.getExe package} ${line accepted}";
}
