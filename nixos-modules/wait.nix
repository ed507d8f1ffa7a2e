# For a program without sd_notify: its unit becomes active when its health page returns 200.
{ lib, pkgs }:
ready:
lib.optionalAttrs (ready != null && ready != "notify") {
  path = [ pkgs.curl ];
  # The loop ends when the program has exited. curl's own retries would continue without the program.
  postStart = ''
    until curl --silent --fail --output /dev/null ${lib.escapeShellArg ready}; do
      kill -0 "$MAINPID"
      sleep 0.1
    done
  '';
}
