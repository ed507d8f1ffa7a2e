"""What the nodes of a run share: the store, the root below their overlays, and a folder that only the run can see."""

import subprocess
from pathlib import Path


def run(*command: str) -> None:
    subprocess.run(command, check=True)


class Stage:
    # Each run mounts its own file system here.
    folder = Path("/run/otel-lab")

    def __init__(self, store: Path, root: Path) -> None:
        self.store, self.root = store, root
        run("mount", "-t", "proc", "proc", "/proc")
        self.folder.mkdir(exist_ok=True)
        run("mount", "-t", "tmpfs", "tmpfs", str(self.folder))
        run("ip", "link", "set", "lo", "up")

    def overlay(self, name: str) -> Path:
        """Creates a separate root for a node. Writing to it does not change the shared root."""
        base = self.folder / name
        for folder in ("root", "upper", "work"):
            (base / folder).mkdir(parents=True)
        layers = f"lowerdir={self.root},upperdir={base}/upper,workdir={base}/work"
        run("mount", "-t", "overlay", "overlay", "-o", layers, str(base / "root"))
        return base / "root"

    @staticmethod
    def clean() -> None:
        """Removes what remains after the namespaces have ended: of this run, and of earlier runs that were killed."""
