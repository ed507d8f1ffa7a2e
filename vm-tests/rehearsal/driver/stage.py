"""What the machines of a play share: the store, the root under each of theirs, and a folder that only the play sees."""

import subprocess
from pathlib import Path


def run(*command: str) -> None:
    subprocess.run(command, check=True)


class Stage:
    # Each play mounts its own there.
    folder = Path("/run/otel-lab")

    def __init__(self, store: Path, root: Path) -> None:
        self.store, self.root = store, root
        run("mount", "-t", "proc", "proc", "/proc")
        self.folder.mkdir(exist_ok=True)
        run("mount", "-t", "tmpfs", "tmpfs", str(self.folder))
        run("ip", "link", "set", "lo", "up")

    def overlay(self, name: str) -> Path:
        """A root of its own for a machine: what is written there leaves the shared one as it is."""
        base = self.folder / name
        for folder in ("root", "upper", "work"):
            (base / folder).mkdir(parents=True)
        layers = f"lowerdir={self.root},upperdir={base}/upper,workdir={base}/work"
        run("mount", "-t", "overlay", "overlay", "-o", layers, str(base / "root"))
        return base / "root"

    @staticmethod
    def clean() -> None:
        """Removes what outlives the namespaces: of this play, once it has ended, and of earlier ones that were killed."""
