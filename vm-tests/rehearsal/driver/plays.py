"""Runs VM tests, several at a time, each in its own driver. The outputs of parallel tests are not mixed.

Arguments: the number of parallel tests, the store, the Debian root of the nodes, and the tests.
"""

import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

from alone import STOPPING
from tether import tie

DRIVER = Path(__file__).resolve().parent


class Played(NamedTuple):
    test: str
    code: int
    output: str


class Stand(NamedTuple):
    """What all tests have in common: the Nix store, and the root that the nodes share."""

    store: str
    root: str

    def play(self, test: str, **environment: str) -> Played:
        done = self._drive(test, environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return Played(test, done.returncode, done.stdout)

    def show(self, test: str) -> Played:
        """Runs a test and shows its output immediately."""
        print(f"\n== {name(test)}", flush=True)
        return Played(test, self._drive(test, {}).returncode, "")

    def _drive(self, test: str, environment: dict[str, str], **output: int) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-B", str(DRIVER), test, *self]
        return subprocess.run(
            command, stdin=subprocess.DEVNULL, env=os.environ | environment, text=True, check=False, **output
        )


def name(test: str) -> str:
    """Returns `scenario3` for /nix/store/…-vm-test-run-scenario3."""
    return re.sub(".*-vm-test-run-", "", test)


def end_together() -> None:
    """Makes this process end with its parent. The drivers end with this process in the same way."""
    for number in STOPPING:
        # Exit immediately. A regular exit would wait for the drivers.
        signal.signal(number, lambda number, _: os._exit(128 + number))
    tie(signal.SIGTERM, os.pidfd_open(os.getppid()))


def played(stand: Stand, tests: list[str], jobs: int) -> list[Played]:
    if jobs == 1:
        return [stand.show(test) for test in tests]
    ended = []
    with ThreadPoolExecutor(jobs) as pool:
        for future in as_completed([pool.submit(stand.play, test) for test in tests]):
            ended.append(future.result())
            print(f"\n== {name(ended[-1].test)}\n{ended[-1].output}", end="", flush=True)
    return ended


def main() -> int:
    end_together()
    jobs, store, root, *tests = sys.argv[1:]
    ended = played(Stand(store, root), tests, int(jobs))
    failed = sorted(name(play.test) for play in ended if play.code != 0)
    print(f"\n{len(ended) - len(failed)} of {len(ended)} plays passed", *failed[:1] and ["failed:", *failed])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
