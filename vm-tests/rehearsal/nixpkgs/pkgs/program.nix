# A package whose programs are the real ones where there are any, else scripts that say so and fail.
{
  lib,
  real,
  build,
}:
pname:
{
  version ? "0",
  # The first is the main program.
  programs ? [ pname ],
  meta ? { },
  # What it is made of: built first, so that a change is a change.
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
