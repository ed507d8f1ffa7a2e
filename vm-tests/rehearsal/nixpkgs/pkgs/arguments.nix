# A builder's arguments: those that it needs must be there, and those that it does not know are errors.
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
