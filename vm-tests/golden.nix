# A check that needs no virtual machines: Nix reads every scenario as `lab` does. The files in `golden` contain what `lab`
# reads. `cargo test -p scenario --test golden` compares the same files.
{
  lib,
  pkgs,
  cases,
  # The nodes of every case, keyed by the name of the case and the name of the node.
  nodes,
}:
let
  inherit (import ../topology.nix { inherit lib; }) parts variables;
  slowMachine = import ./slow-machine.nix;
  optionsOf = case: node: nodes.${case.name}.${node}.services.otel-lab;

  addresses =
    case:
    lib.mapAttrs (
      node: _: (optionsOf case node).addresses // { LAB_LISTEN = (optionsOf case node).listenAddress; }
    ) case.nodes;

  # The variables of a part besides the addresses of its node and besides the longer timeouts of virtual machines.
  settings =
    case: node: name: part:
    let
      known = (addresses case).${node};
      isSet = key: variable: case.environment.${key}.${variable} or null != null;
      isForSlowMachine =
        variable: text:
        slowMachine.services.${variable} or null == text
        && !(isSet "services" variable || isSet name variable);
    in
    lib.filterAttrs (
      variable: text: known.${variable} or null != text && !(isForSlowMachine variable text)
    ) (variables name part);

  layered =
    part:
    let
      relative = file: lib.replaceStrings [ "${toString ../.}/" ] [ "" ] (toString file);
    in
    {
      inherit (part) files;
      layers = map relative part.configFiles;
    };
  part =
    case: node: name:
    let
      options = optionsOf case node;
      service = cfg: { environment = settings case node name cfg; };
    in
    {
      collector = service options.collectors.${name} // layered options.collectors.${name};
      jaeger = service options.jaeger // layered options.jaeger;
      prometheus = { };
      redis = { };
      service = service options.${name};
    }
    .${parts.${name}.role};
  partsOf = case: lib.concatMapAttrs (node: names: lib.genAttrs names (part case node)) case.nodes;

  # The jobs of Prometheus, keyed by name.
  scrape =
    case:
    lib.concatMapAttrs (
      node: names:
      lib.optionalAttrs (lib.elem "prometheus" names) (
        lib.listToAttrs (
          map (
            {
              job_name,
              honor_labels,
              static_configs,
              ...
            }:
            lib.nameValuePair job_name {
              inherit honor_labels;
              target = lib.head (lib.head static_configs).targets;
            }
          ) nodes.${case.name}.${node}.services.prometheus.scrapeConfigs
        )
      )
    ) case.nodes;

  # A variant: what is expected of it, and each part that differs from the scenario without a variant.
  variant =
    plain: case:
    let
      unchanged = partsOf plain;
      failure = case.expect_failure;
    in
    {
      inherit (case) title;
      expect_failure =
        if failure == null then
          null
        else
          {
            inherit (failure) exit;
            inherit (case) rejected_by;
          };
      parts = lib.filterAttrs (name: part: unchanged.${name} or null != part) (partsOf case);
    }
    # A variant does not move a part, so these are equal.
    // lib.optionalAttrs (addresses case != addresses plain) { addresses = addresses case; }
    // lib.optionalAttrs (scrape case != scrape plain) { scrape = scrape case; };

  scenario =
    _: plain:
    let
      isVariant = _: case: case.scenario == plain.name && case.variant != null;
    in
    {
      inherit (plain) title nodes;
      addresses = addresses plain;
      scrape = scrape plain;
      parts = partsOf plain;
      variants = lib.mapAttrs (_: variant plain) (lib.filterAttrs isVariant cases);
    };
  read = lib.mapAttrs scenario (lib.filterAttrs (_: case: case.variant == null) cases);

  golden = lib.mapAttrs' (
    file: _:
    lib.nameValuePair (lib.removeSuffix ".json" file) (
      builtins.fromJSON (builtins.readFile (./golden + "/${file}"))
    )
  ) (builtins.readDir ./golden);

  # Each path at which two values differ, with both values.
  differences =
    path: expected: read:
    if expected == read then
      [ ]
    else if lib.isAttrs expected && lib.isAttrs read then
      lib.concatMap (key: differences "${path}.${key}" (expected.${key} or null) (read.${key} or null)) (
        lib.attrNames (expected // read)
      )
    else
      [ "${path}: expected ${builtins.toJSON expected}, Nix reads ${builtins.toJSON read}" ];
  different = differences "vm-tests/golden" golden read;
in
{
  # By its name it is evaluated after the tests, so that their own errors come first.
  vm-tests-golden =
    if different == [ ] then
      pkgs.runCommand "vm-tests-golden" { } "touch $out"
    else
      throw (lib.concatStringsSep "\n" different);
}
