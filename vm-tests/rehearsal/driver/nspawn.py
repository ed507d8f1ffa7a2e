"""A machine in systemd-nspawn: it has the host's kernel, and boots in a second."""

import os
import subprocess
from pathlib import Path

from machine import Machine
from root import furnish
from stage import Stage, run


class NspawnStage(Stage):
    """And a view of the cgroups, and a bridge."""

    def __init__(self, folder: Path, store: Path, root: Path) -> None:
        super().__init__(folder, store, root)
        # The host's cgroups may be mixed; systemd in a machine wants version 2 only.
        run("umount", "--recursive", "--lazy", "/sys")
        run("mount", "-t", "sysfs", "sysfs", "/sys")
        run("mount", "-t", "cgroup2", "cgroup2", "/sys/fs/cgroup")
        run("ip", "link", "add", "lab0", "type", "bridge")
        run("ip", "link", "set", "lab0", "up")
        self.cgroup = Path("/sys/fs/cgroup") / folder.name
        self.cgroup.mkdir()

    def close(self) -> None:
        """Removes the cgroups, which no namespace removes."""
        for folder, _, _ in os.walk(self.cgroup, topdown=False):
            os.rmdir(folder)
        super().close()


class NspawnMachine(Machine):
    stage: NspawnStage
    leader = ""

    def start(self) -> None:
        root = self.stage.overlay(self.name)
        furnish(root, self.machine, self.facts, "host0")
        cgroup = self.stage.cgroup / self.name
        cgroup.mkdir()
        command = [
            *["systemd-nspawn", "--quiet", f"--directory={root}", f"--machine={self.name}", "--register=no"],
            *["--keep-unit", f"--bind-ro={self.stage.store}:/nix/store", "--network-bridge=lab0", "--link-journal=no"],
            *["--kill-signal=SIGRTMIN+4", "--boot", "systemd.log_level=warning"],
        ]
        enter = f'echo $$ > {cgroup}/cgroup.procs; exec "$@"'
        log = self.log.open("w")
        self.process = subprocess.Popen(
            ["bash", "-c", enter, "-", *command], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        self._wait(self._is_up, 60, "to boot")

    def _is_up(self) -> bool:
        pid = self._living().pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if not children:
            return False
        self.leader = children[0]
        # Before it has a root of its own, nothing can enter it.
        return Path(f"/proc/{self.leader}/root/run/systemd/private").exists() and self._run("true", 10)[0] == 0

    def _run(self, command: str, timeout: int | None) -> tuple[int, str]:
        done = subprocess.run(
            ["nsenter", "--target", self.leader, "--all", *self._shell(command)],
            check=False,
            timeout=timeout,
            text=True,
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
        )
        return done.returncode, done.stdout

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            subprocess.run(
                ["nsenter", "--target", self.leader, "--all", "systemctl", "poweroff", "--force", "--force", "--quiet"],
                check=False,
            )
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
