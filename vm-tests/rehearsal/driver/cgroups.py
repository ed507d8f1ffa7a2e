"""The cgroups of plays, the one thing that no namespace removes.  Their root is a version 2 hierarchy."""

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
    """A new cgroup, held by this process until it ends.  Those that nobody holds, of plays that were killed, go."""
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
            # Of a play that is under way.
            pass
        finally:
            os.close(handle)


def remove(folder: Path) -> None:
    """With whatever still runs there."""
    (folder / "cgroup.kill").write_text("1")
    end = monotonic() + 10
    while "populated 1" in (folder / "cgroup.events").read_text():
        if monotonic() > end:
            raise TimeoutError(f"processes in {folder} do not end")
        sleep(0.01)
    for inner, _, _ in os.walk(folder, topdown=False):
        os.rmdir(inner)
