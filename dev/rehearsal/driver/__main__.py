"""Replaces the NixOS test driver: runs the unchanged script of a test against nodes in systemd-nspawn or QEMU.

Arguments: the test (a folder in the store), the store, and the Debian root that all nodes share. It needs root, and runs
in separate namespaces, so that it leaves nothing behind.
"""

import os
import signal
import sys
import unittest
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import forward
import script
from alone import alone
from machine import Machine
from nspawn import NspawnStage
from qemu import QemuStage
from tether import tie

# The folder that `setup-qemu` has created. If it is set, the nodes run in QEMU.
QEMU = os.environ.get("LAB_REHEARSAL_QEMU")


def main() -> int:
    test, store, root = (Path(argument) for argument in sys.argv[1:4])
    tie(signal.SIGTERM, os.pidfd_open(os.getppid()))
    bundle = store / test.name
    forwards = forward.listen([store / node.readlink().name for node in nodes(bundle)])
    try:
        return alone(lambda: run_test(bundle, store, root, forwards), int((bundle / "timeout").read_text()))
    finally:
        NspawnStage.clean()


def run_test(bundle: Path, store: Path, root: Path, forwards: list[forward.Forward]) -> int:
    stage = QemuStage(store, root, bundle, Path(QEMU)) if QEMU else NspawnStage(store, root)
    machines = [stage.machine(store / node.readlink().name, node.name) for node in nodes(bundle)]
    forward.serve(forwards)
    return script.run((bundle / "test.py").read_text(), names(machines))


def nodes(test: Path) -> list[Path]:
    return sorted((test / "nodes").iterdir())


def names(machines: list[Machine]) -> dict[str, object]:
    """Returns the global names of a test script. As in the real driver, any other name is an error."""

    def start_all() -> None:
        for machine in machines:
            machine.start()

    def join_all() -> None:
        for machine in machines:
            machine.join()

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
        "join_all": join_all,
        "machines": machines,
        "start_all": start_all,
        "subtest": subtest,
        "t": unittest.TestCase(),
    }


sys.exit(main())
