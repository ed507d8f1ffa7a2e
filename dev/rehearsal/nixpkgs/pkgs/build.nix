# A derivation that builds with the shell and the tools of the host, which `sandbox-paths` makes available.
{ system }:
name: attributes: text:
derivation (
  {
    inherit name system;
    builder = "/bin/bash";
    PATH = "/usr/bin:/bin";
    # End with a builtin: a program of coreutils closes its output before it exits, and Nix would then kill the builder.
    args = [
      "-euc"
      "${text}\n:"
    ];
  }
  // attributes
)
