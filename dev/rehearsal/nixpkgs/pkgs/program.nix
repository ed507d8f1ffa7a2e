# A package with the real programs. If a program is missing, the package contains a script that prints a message and fails.
{
  lib,
  real,
  build,
}:
pname:
{
  version ? "0",
  # The first one is the main program.
  programs ? [ pname ],
  meta ? { },
  # The inputs of the package. They are a part of the derivation, so that a changed input changes the package.
  inputs ? { },
}:
build "${pname}-${version}" inputs ''
  mkdir -p $out/bin
  for program in ${toString programs}; do
    if [ -e ${real}/$program ]; then
      cp ${real}/$program $out/bin/$program
    else
      printf '#!/bin/sh\necho "%s is not among the programs of the rehearsal" >&2\nexit 97\n' "$program" > $out/bin/$program
    fi
    chmod +x $out/bin/$program
  done
''
// {
  inherit pname programs version;
  meta = {
    mainProgram = lib.head programs;
  }
  // meta;
}
