"""A copy of the flake's files, and the faults that are planted in it."""

import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


class Fault(NamedTuple):
    """Replaces the first `old` in `file` with `new`. Then the output of the test `test`, or of evaluation without a test, must
    match `output_matches`."""

    name: str
    file: str
    old: str
    new: str
    output_matches: str
    test: str = ""


class NotPlantedError(Exception):
    """The file no longer contains the text that the fault replaces."""


def read(file: str) -> list[Fault]:
    return [Fault(**fault) for fault in tomllib.loads((HERE / file).read_text())["fault"]]


def copy(folder: Path) -> None:
    """Copies the files that a flake contains: those that git tracks."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)


@contextmanager
def planted(folder: Path, fault: Fault) -> Iterator[None]:
    file = folder / fault.file
    sound = file.read_text()
    if fault.old not in sound:
        raise NotPlantedError(f"no `{fault.old}` in {fault.file}")
    file.write_text(sound.replace(fault.old, fault.new, 1))
    try:
        yield
    finally:
        file.write_text(sound)
