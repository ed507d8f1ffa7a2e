# `nix run .#scenario3`: boots a play's machines, prints where to look, and stays up until Ctrl-C.
{ lib, pkgs }:
name: title: driver: {
  type = "app";
  meta.description = title;
  program = lib.getExe (
    pkgs.writeShellApplication {
      name = "otel-lab-${name}";
      text = ''
        # The machines' disks and sockets: not in $XDG_RUNTIME_DIR, which is small, and under a short path.
        state=$(mktemp --directory /tmp/otel-lab.XXXX)
        trap 'rm -rf "$state"' EXIT
        export XDG_RUNTIME_DIR="$state" TMPDIR="$state"
        unset DISPLAY WAYLAND_DISPLAY
        ${lib.getExe driver} --no-interactive -o "$state" "$@"
      '';
    }
  );
}
