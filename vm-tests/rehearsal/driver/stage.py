"""What the machines share: a view of the cgroups, a bridge, and the store."""

import os
import subprocess
from pathlib import Path


def run(*command: str) -> None:
    subprocess.run(command, check=True)


class Stage:
    def __init__(self, folder: Path, store: Path, root: Path) -> None:
        self.folder, self.store, self.root = folder, store, root
        # The host's cgroups may be mixed; systemd in a machine wants version 2 only.
        run("umount", "--recursive", "--lazy", "/sys")
        run("mount", "-t", "sysfs", "sysfs", "/sys")
        run("mount", "-t", "cgroup2", "cgroup2", "/sys/fs/cgroup")
        run("mount", "-t", "proc", "proc", "/proc")
        run("mount", "-t", "tmpfs", "tmpfs", str(folder))
        run("ip", "link", "set", "lo", "up")
        run("ip", "link", "add", "lab0", "type", "bridge")
        run("ip", "link", "set", "lab0", "up")
        self.cgroup = Path("/sys/fs/cgroup") / folder.name
        self.cgroup.mkdir()

    def close(self) -> None:
        """Removes the cgroups, which no namespace removes."""
        for folder, _, _ in os.walk(self.cgroup, topdown=False):
            os.rmdir(folder)
        run("umount", "--lazy", str(self.folder))
