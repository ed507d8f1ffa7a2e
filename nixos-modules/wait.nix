# For a program that cannot notify systemd: its unit is active only once its health page answers 200.
{ lib, pkgs }:
ready:
lib.optionalAttrs (ready != null && ready != "notify") {
  path = [ pkgs.curl ];
  # It ends with the program: a probe that retries by itself would outlive it.
  postStart = ''
    until curl --silent --fail --output /dev/null ${lib.escapeShellArg ready}; do
      kill -0 "$MAINPID"
      sleep 0.1
    done
  '';
}
