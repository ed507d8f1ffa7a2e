"""Runs VM tests, several at a time, each in its own driver. The outputs of parallel tests are not mixed.

Arguments: the number of parallel tests, `all` or `failed` (whose output is shown), the store, the Debian root of the nodes,
and the tests.
"""

import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from alone import STOPPING
from tether import tie

DRIVER = Path(__file__).resolve().parent


# The longest that a test may take, in seconds. In QEMU, every node emulates its processor.
DEADLINE = 1800 if "LAB_REHEARSAL_QEMU" in os.environ else 300


class Ended(NamedTuple):
    test: str
    code: int
    output: str
    seconds: float


class Stand(NamedTuple):
    """What all tests have in common: the Nix store, and the root that the nodes share."""

    store: str
    root: str

    def run(self, test: str, **environment: str) -> Ended:
        return self._drive(test, environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def show(self, test: str) -> Ended:
        """Runs a test and shows its output immediately."""
        print(f"\n== {name(test)}", flush=True)
        return self._drive(test, {})

    def _drive(self, test: str, environment: dict[str, str], **output: int) -> Ended:
        command = [sys.executable, "-B", str(DRIVER), test, *self]
        begun = monotonic()
        driver = subprocess.Popen(command, stdin=subprocess.DEVNULL, env=os.environ | environment, text=True, **output)
        try:
            text = driver.communicate(timeout=DEADLINE)[0] or ""
        except subprocess.TimeoutExpired:
            # The nodes of a driver end with it.
            driver.kill()
            text = f"{driver.communicate()[0] or ''}{name(test)}: stopped after {DEADLINE} s\n"
        return Ended(test, driver.returncode, text, monotonic() - begun)


def name(test: str) -> str:
    """Returns `scenario3` for /nix/store/…-vm-test-run-scenario3."""
    return re.sub(".*-vm-test-run-", "", test)


def end_together() -> None:
    """Makes this process end with its parent. The drivers end with this process in the same way."""
    for number in STOPPING:
        # Exit immediately. A regular exit would wait for the drivers.
        signal.signal(number, lambda number, _: os._exit(128 + number))
    tie(signal.SIGTERM, os.pidfd_open(os.getppid()))


def ended(stand: Stand, tests: list[str], jobs: int, shown: str) -> list[Ended]:
    """Runs the tests and prints their results, in the order of the arguments."""
    if jobs == 1 and shown == "all":
        return [stand.show(test) for test in tests]
    results = []
    with ThreadPoolExecutor(jobs) as pool:
        for result in pool.map(stand.run, tests):
            results.append(result)
            mark = "✔" if result.code == 0 else "✘"
            print(f" {mark} {name(result.test)}  {result.seconds:.1f} s", flush=True)
            if shown == "all" or result.code != 0:
                print(result.output, end="", flush=True)
    return results


def main() -> int:
    end_together()
    jobs, shown, store, root, *tests = sys.argv[1:]
    if not tests:
        sys.exit("no test was selected")
    results = ended(Stand(store, root), tests, int(jobs), shown)
    failed = sorted(name(result.test) for result in results if result.code != 0)
    print(f"\n{len(results) - len(failed)} of {len(results)} tests passed", *failed[:1] and ["failed:", *failed])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
