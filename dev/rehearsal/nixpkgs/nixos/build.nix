# Builds a folder for a node: its units, its programs, and the facts that the test driver needs.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  render = import ./render.nix { inherit lib pkgs; };
  failed = lib.filter (one: !one.assertion) config.assertions;
  facts = {
    inherit (config.networking)
      extraHosts
      firewall
      hostName
      primaryIPAddress
      ;
    inherit (config.virtualisation) cores forwardPorts memorySize;
    sysctl = config.boot.kernel.sysctl;
    users = lib.mapAttrs (_: user: user.group) config.users.users;
    wanted = lib.mapAttrs (_: service: service.wantedBy) config.systemd.services;
  };
  unit =
    name: service:
    lib.nameValuePair "${name}.service" (
      if service.serviceConfig ? ExecStart then
        render name service
      else
        throw "systemd.services.${name} has no ExecStart"
    );
in
{
  options.system.build.toplevel = lib.mkOption { type = lib.types.package; };

  config.system.build.toplevel =
    if failed != [ ] then
      throw "Failed assertions: ${lib.concatMapStringsSep "; " (one: one.message) failed}"
    else
      pkgs.runCommand "machine-${config.networking.hostName}"
        {
          units = builtins.toJSON (lib.mapAttrs' unit config.systemd.services);
          facts = builtins.toJSON facts;
          programs = map (package: "${package}") config.environment.systemPackages;
          passAsFile = [
            "facts"
            "units"
          ];
        }
        ''
          mkdir -p $out/units $out/bin
          cp "$factsPath" $out/facts.json
          python3 -c 'import json, sys
          for name, text in json.load(open(sys.argv[1])).items(): open(sys.argv[2] + "/" + name, "w").write(text)' \
            "$unitsPath" $out/units
          for package in $programs; do ln -s $package/bin/* $out/bin/; done
        '';
}
