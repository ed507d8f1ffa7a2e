"""Stands in for NixOS's test driver: runs a test's unchanged script against machines in systemd-nspawn.

Arguments: the test (a folder of the store), the store, and the Debian root that all machines share.  It runs as root, and puts
itself into mount and network namespaces of its own, so that nothing of it stays behind.
"""

import os
import signal
import subprocess
import sys
import tempfile
import unittest
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from machine import Machine
from nspawn import NspawnMachine, NspawnStage

INSIDE = "LAB_REHEARSAL_INSIDE"


def main() -> int:
    if INSIDE not in os.environ:
        command = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--propagation", "private"]
        return subprocess.call([*command, sys.executable, *sys.argv], env=os.environ | {INSIDE: "1"})
    test, store, root = (Path(argument) for argument in sys.argv[1:4])
    # A test that is told to stop takes its machines with it, as one that fails does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="otel-lab.") as folder:
        stage = NspawnStage(Path(folder), store, root)
        machines: list[Machine] = [
            NspawnMachine(stage, store / node.readlink().name, node.name) for node in nodes(store / test.name)
        ]
        signal.signal(signal.SIGALRM, lambda *_: sys.exit("the test took longer than its globalTimeout"))
        signal.alarm(int((store / test.name / "timeout").read_text()))
        try:
            exec(compile((store / test.name / "test.py").read_text(), "test.py", "exec"), names(machines))
        finally:
            for machine in machines:
                machine.end()
            stage.close()
    return 0


def nodes(test: Path) -> list[Path]:
    return sorted((test / "nodes").iterdir())


def names(machines: list[Machine]) -> dict[str, object]:
    """What a test script sees; another name is an error, as it should be."""

    def start_all() -> None:
        for machine in machines:
            machine.start()

    @contextmanager
    def subtest(caption: str):
        begun = monotonic()
        try:
            yield
        except Exception:
            print(f"✗ {caption}", flush=True)
            raise
        print(f"✔ {caption}  {monotonic() - begun:.1f} s", flush=True)

    return {
        "BaseMachine": Machine,
        "machines": machines,
        "start_all": start_all,
        "subtest": subtest,
        "t": unittest.TestCase(),
    }


sys.exit(main())
