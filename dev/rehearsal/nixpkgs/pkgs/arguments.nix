# Checks the arguments of a builder: a missing required argument is an error, and so is an unknown one.
{ lib }:
builder: needed: known: arguments:
let
  missing = lib.filter (name: !(arguments ? ${name})) needed;
  unknown = lib.filter (name: !(lib.elem name (needed ++ known))) (lib.attrNames arguments);
in
if missing != [ ] then
  throw "${builder}: needs ${toString missing}"
else if unknown != [ ] then
  throw "${builder}: does not know ${toString unknown}"
else
  arguments
