"""A node in systemd-nspawn: a container that shares the host's kernel and boots in about one second."""

import subprocess
from pathlib import Path

import cgroups
from machine import Machine
from root import furnish
from stage import Stage, run


class NspawnStage(Stage):
    """Adds a mount of the cgroups, and a network bridge."""

    def __init__(self, store: Path, root: Path) -> None:
        super().__init__(store, root)
        # The host may use both versions of cgroups, but systemd in a container needs version 2 only.
        run("umount", "--recursive", "--lazy", "/sys")
        run("mount", "-t", "sysfs", "sysfs", "/sys")
        run("mount", "-t", "cgroup2", "cgroup2", "/sys/fs/cgroup")
        run("ip", "link", "add", "lab0", "type", "bridge")
        run("ip", "link", "set", "lab0", "up")
        # nspawn registers its containers in this folder. Containers of other runs have the same names, so hide them.
        Path("/run/systemd/nspawn").mkdir(parents=True, exist_ok=True)
        run("mount", "-t", "tmpfs", "tmpfs", "/run/systemd/nspawn")
        self.cgroup = cgroups.claim()

    def machine(self, machine: Path, name: str) -> Machine:
        return NspawnMachine(self, machine, name)

    @staticmethod
    def clean() -> None:
        cgroups.clean()


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
        # Wait for the firewall: before it is up, every port is reachable, even one that must be closed.
        self.wait_for_unit("lab-network.service", timeout=60)

    def _is_up(self) -> bool:
        pid = self._living().pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if not children:
            return False
        self.leader = children[0]
        # nsenter works only after the container has switched to its own root.
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
