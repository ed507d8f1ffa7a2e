"""What the machines share: the store, the root under each of theirs, and a folder that is gone with the test."""

import subprocess
from pathlib import Path


def run(*command: str) -> None:
    subprocess.run(command, check=True)


class Stage:
    def __init__(self, folder: Path, store: Path, root: Path) -> None:
        self.folder, self.store, self.root = folder, store, root
        run("mount", "-t", "proc", "proc", "/proc")
        run("mount", "-t", "tmpfs", "tmpfs", str(folder))
        run("ip", "link", "set", "lo", "up")

    def overlay(self, name: str) -> Path:
        """A root of its own for a machine: what is written there leaves the shared one as it is."""
        base = self.folder / name
        for folder in ("root", "upper", "work"):
            (base / folder).mkdir(parents=True)
        layers = f"lowerdir={self.root},upperdir={base}/upper,workdir={base}/work"
        run("mount", "-t", "overlay", "overlay", "-o", layers, str(base / "root"))
        return base / "root"

    def close(self) -> None:
        run("umount", "--lazy", str(self.folder))
