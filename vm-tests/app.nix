# `nix run .#scenario3`: boots the virtual machines of a case, prints the URLs of its pages, and runs until Ctrl-C.
{ lib, pkgs }:
name: title: driver: {
  type = "app";
  meta.description = title;
  program = lib.getExe (
    pkgs.writeShellApplication {
      name = "otel-lab-${name}";
      text = ''
        # The disks and sockets of the virtual machines. $XDG_RUNTIME_DIR is too small for disks, and a socket needs a short path.
        state=$(mktemp --directory /tmp/otel-lab.XXXX)
        trap 'rm -rf "$state"' EXIT
        export XDG_RUNTIME_DIR="$state" TMPDIR="$state"
        unset DISPLAY WAYLAND_DISPLAY
        ${lib.getExe driver} --no-interactive -o "$state" "$@"
      '';
    }
  );
}
