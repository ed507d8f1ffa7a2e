"""A node of a test, independent of its backend: the methods that test scripts call."""

import json
import os
import subprocess
from pathlib import Path
from time import monotonic, sleep

from always import COMMANDS
from stage import Stage

# Timeout in seconds for a command that returns immediately. It is long, because the host may be slow and busy.
SHORT_TIMEOUT = 120
# Upper limit in seconds for every wait on a unit, whatever the script passes. It shortens tests that must fail.
MAXIMUM_TIMEOUT = int(os.environ.get("LAB_REHEARSAL_TIMEOUT", "86400"))


class Machine:
    """The common part of all backends. A backend implements `start` and `_run`."""

    process: subprocess.Popen | None = None

    def __init__(self, stage: Stage, machine: Path, name: str) -> None:
        self.name = name
        self.stage = stage
        self.machine = machine
        self.facts = json.loads((machine / "facts.json").read_text())
        self.log = stage.folder / f"{name}.log"

    def start(self) -> None:
        raise NotImplementedError

    def _run(self, command: str, timeout: int | None) -> tuple[int, str]:
        """Runs a shell command on the node. Returns its exit status and its standard output."""
        raise NotImplementedError

    def _shell(self, command: str) -> list[str]:
        path = f"/nix/store/{self.machine.name}/bin:{COMMANDS}"
        environment = ["env", "--ignore-environment", f"PATH={path}", "HOME=/root"]
        return [*environment, "bash", "-c", f"set -euo pipefail; {command}"]

    def _living(self) -> subprocess.Popen:
        if self.process is None or self.process.poll() is not None:
            raise AssertionError(f"{self.name} does not run:\n{self.log.read_text()[-2000:]}")
        return self.process

    def _wait(self, condition, timeout: int, what: str) -> None:
        end = monotonic() + timeout
        while not condition():
            if monotonic() > end:
                raise AssertionError(f"{self.name}: waited {timeout} s for {what}")
            sleep(0.1)

    def join(self) -> None:
        """Waits until the node has ended."""
        self._living().wait()

    def succeed(self, *commands: str, timeout: int | None = None) -> str:
        printed = ""
        for command in commands:
            code, output = self._run(command, timeout)
            if code != 0:
                raise AssertionError(f"{self.name}: `{command}` failed with {code}: {output}")
            printed += output
        return printed

    def wait_for_unit(self, unit: str, user: str | None = None, timeout: int = 900) -> None:
        """Waits until the unit is active. Fails immediately if the unit has failed, or is inactive without a job."""

        def is_active() -> bool:
            show = f"systemctl show --property ActiveState,Job --value {unit}"
            state, *job = self.succeed(show, timeout=SHORT_TIMEOUT).split()
            if state == "failed" or (state == "inactive" and not job):
                raise AssertionError(f"{self.name}: {unit} is {state}")
            return state == "active"

        try:
            self._wait(is_active, min(timeout, MAXIMUM_TIMEOUT), unit)
        except AssertionError:
            print(self.succeed(f"journalctl --unit {unit} --lines 20 --no-pager", timeout=SHORT_TIMEOUT), flush=True)
            raise
