"""The cgroups of test runs, the only resource that does not end with a namespace. Their root is a version 2 hierarchy."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

ROOT = Path("/sys/fs/cgroup")
PREFIX = "otel-lab."


def claim() -> Path:
    """Creates a cgroup and locks it until this process ends. Removes unlocked cgroups, which remain of killed runs."""
    with locked(ROOT):
        remove_stale()
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=ROOT))
        fcntl.flock(os.open(folder, os.O_RDONLY), fcntl.LOCK_EX)
    return folder


def clean() -> None:
    with locked(ROOT):
        remove_stale()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def remove_stale() -> None:
    for folder in ROOT.glob(f"{PREFIX}*"):
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            remove(folder)
        except BlockingIOError:
            # A run that is in progress holds this one.
            pass
        finally:
            os.close(handle)


def remove(folder: Path) -> None:
    """Kills the processes in the cgroup, and removes it."""
    (folder / "cgroup.kill").write_text("1")
    end = monotonic() + 10
    while "populated 1" in (folder / "cgroup.events").read_text():
        if monotonic() > end:
            raise TimeoutError(f"processes in {folder} do not end")
        sleep(0.01)
    for inner, _, _ in os.walk(folder, topdown=False):
        os.rmdir(inner)
