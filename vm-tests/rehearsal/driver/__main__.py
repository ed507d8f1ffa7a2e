"""Stands in for NixOS's test driver: runs a test's unchanged script against machines in systemd-nspawn or QEMU.

Arguments: the test (a folder of the store), the store, and the Debian root that all machines share.  It runs as root, in namespaces
of its own, so that nothing of it stays behind.
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

# What `setup-qemu` has made, where machines are to run in it.
QEMU = os.environ.get("LAB_REHEARSAL_QEMU")


def main() -> int:
    test, store, root = (Path(argument) for argument in sys.argv[1:4])
    tie(signal.SIGTERM, os.pidfd_open(os.getppid()))
    bundle = store / test.name
    forwards = forward.listen([store / node.readlink().name for node in nodes(bundle)])
    try:
        return alone(lambda: play(bundle, store, root, forwards), int((bundle / "timeout").read_text()))
    finally:
        NspawnStage.clean()


def play(bundle: Path, store: Path, root: Path, forwards: list[forward.Forward]) -> int:
    stage = QemuStage(store, root, bundle, Path(QEMU)) if QEMU else NspawnStage(store, root)
    machines = [stage.machine(store / node.readlink().name, node.name) for node in nodes(bundle)]
    forward.serve(forwards)
    return script.run((bundle / "test.py").read_text(), names(machines))


def nodes(test: Path) -> list[Path]:
    return sorted((test / "nodes").iterdir())


def names(machines: list[Machine]) -> dict[str, object]:
    """What a test script sees; another name is an error, as it should be."""

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
