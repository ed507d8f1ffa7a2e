"""Plants the faults of test-faults.toml, each in a copy of the flake, and runs the test that must detect it.

Arguments: the number of parallel tests, the store, the Debian root of the nodes, a regular expression that selects faults,
and the arguments of `nix build`.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from time import monotonic

from planting import Fault, NotPlantedError, copy, planted, read
from tests import Stand, end_together


class NotBuiltError(Exception):
    """The test could not be built."""


class Rehearsal:
    def __init__(self, stand: Stand, build: list[str]) -> None:
        self.stand, self.build = stand, build

    def sound(self, test: str, faults: list[Fault]) -> str | None:
        """Returns what is wrong with a test without a fault: it must pass, and match none of its faults' messages."""
        try:
            code, output = self._run(test, None)
        except NotBuiltError as error:
            return f"NOT BUILT without a fault: {test}: {error}"
        if code != 0:
            return f"FAILS without a fault: {test}\n{output}"
        matched = [fault.name for fault in faults if re.search(fault.output_matches, output)]
        return f"PRINTED without a fault by {test}: {', '.join(matched)}\n{output}" if matched else None

    def found(self, fault: Fault) -> str | None:
        """Returns what is wrong with the detection of a fault, or None."""
        begun = monotonic()
        try:
            code, output = self._run(fault.test, fault)
        except NotPlantedError as error:
            return f"NOT PLANTED {fault.name}: {error}"
        except NotBuiltError as error:
            return f"DETECTED EARLIER, by evaluation or a build: {fault.name}: {error}"
        if code == 0:
            return f"NOT DETECTED {fault.name}\n{output}"
        if (match := re.search(fault.output_matches, output)) is None:
            return f"ANOTHER MESSAGE {fault.name}: expected {fault.output_matches}\n{output}"
        print(f"✔ {fault.name}  {monotonic() - begun:.0f} s\n    {match[0].splitlines()[-1].strip()}", flush=True)
        return None

    def _run(self, test: str, fault: Fault | None) -> tuple[int, str]:
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            copy(Path(folder))
            if fault is not None:
                stack.enter_context(planted(Path(folder), fault))
            flake = f"path:{folder}#checks.x86_64-linux.{test}"
            command = ["nix", "build", *self.build, "--no-link", "--print-out-paths", flake]
            built = subprocess.run(command, check=False, capture_output=True, text=True)
        if built.returncode != 0:
            raise NotBuiltError(built.stderr[-1500:])
        ended = self.stand.run(built.stdout.strip())
        return ended.code, ended.output


def main() -> int:
    end_together()
    jobs, store, root, wanted, *build = sys.argv[1:]
    begun = monotonic()
    rehearsal = Rehearsal(Stand(store, root), build)
    faults = [fault for fault in read("test-faults.toml") if re.search(wanted, fault.name)]
    if not faults:
        print(f"run-faults: no fault matches {wanted}", file=sys.stderr)
        return 64
    tests = sorted({fault.test for fault in faults})
    with ThreadPoolExecutor(int(jobs)) as pool:
        # The tests without a fault start first, but the faults do not wait until all of them have passed.
        sound = pool.map(lambda test: rehearsal.sound(test, [f for f in faults if f.test == test]), tests)
        found = pool.map(rehearsal.found, faults)
        healthy, seen = report(sound), report(found)
    print(f"{healthy} of {len(tests)} tests pass without a fault")
    print(f"{seen} of {len(faults)} planted faults detected in {monotonic() - begun:.0f} s")
    return 0 if (healthy, seen) == (len(tests), len(faults)) else 1


def report(problems: Iterable[str | None]) -> int:
    """Prints the problems. Returns the number of results without one."""
    return [problem is None or print(problem, flush=True) for problem in problems].count(True)


sys.exit(main())
