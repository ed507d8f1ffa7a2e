"""A node in QEMU without KVM: a virtual machine with its own kernel, but one or two orders of magnitude slower."""

import shlex
import shutil
import socket
import subprocess
from base64 import b64decode
from functools import cached_property
from pathlib import Path
from time import monotonic

from machine import Machine
from root import add_unit, furnish
from stage import Stage, run

# A shell on the console of the virtual machine. For each line with a command, it returns one line with the output and the
# exit status.
SHELL = """[Unit]
Requires=lab-network.service
After=lab-network.service
[Service]
StandardInput=file:/dev/hvc0
StandardOutput=file:/dev/hvc0
StandardError=journal+console
ExecStart=/bin/bash -c "stty raw -echo; echo ready; exec bash --noprofile --norc"
"""

# Timeout in seconds for the boot of a virtual machine, without KVM and in parallel with others.
BOOT = 600
# systemd must not load modules, which the initial RAM disk does, and not start a getty, because our shell uses the console.
# `no_timer_check` disables a kernel check of the timer's speed. On a busy host, that check fails and the kernel panics.
KERNEL = [
    "no_timer_check",
    *["console=ttyS0", "panic=-1", "quiet", "systemd.log_level=warning", "systemd.show_status=false"],
    *["systemd.getty_auto=no", "systemd.mask=systemd-modules-load.service"],
]


class QemuStage(Stage):
    """Adds a network over a multicast group, a kernel, and a disk with the store paths that the test needs."""

    def __init__(self, store: Path, root: Path, test: Path, qemu: Path) -> None:
        super().__init__(store, root)
        self.qemu = qemu
        self.test = test
        run("ip", "link", "set", "lo", "multicast", "on")
        run("ip", "route", "add", "224.0.0.0/4", "dev", "lo")

    def machine(self, machine: Path, name: str) -> Machine:
        return QemuMachine(self, machine, name)

    @cached_property
    def disk(self) -> Path:
        query = ["nix-store", "--query", "--requisites", f"/nix/store/{self.test.name}"]
        needed = subprocess.run(query, check=True, text=True, stdout=subprocess.PIPE).stdout.split()
        tree = self.folder / "store"
        tree.mkdir()
        run("cp", "--archive", *(str(self.store / Path(path).name) for path in needed), str(tree))
        disk = self.folder / "store.img"
        make_disk(tree, disk)
        shutil.rmtree(tree)
        return disk


def make_disk(tree: Path, disk: Path) -> None:
    """Creates a disk with the content of the folder. Its size is twice that of the content, plus 64 MiB."""
    used = subprocess.run(["du", "--summarize", "--block-size=1M", str(tree)], check=True, stdout=subprocess.PIPE)
    # Create the file first. Otherwise, mkfs prints a message about its creation.
    disk.touch()
    size = 2 * int(used.stdout.split()[0]) + 64
    run("mkfs.ext4", "-q", "-F", "-O", "^has_journal", "-d", str(tree), str(disk), f"{size}M")


class QemuMachine(Machine):
    stage: QemuStage
    is_up = False

    def __init__(self, stage: QemuStage, machine: Path, name: str) -> None:
        super().__init__(stage, machine, name)
        self.console = socket.socket(socket.AF_UNIX)

    def start(self) -> None:
        root = self.stage.overlay(self.name)
        furnish(root, self.machine, self.facts, "eth0")
        add_unit(root / "etc/systemd/system", "lab-shell.service", SHELL, ["multi-user.target"])
        (root / "nix/store").mkdir(parents=True)
        disk = self.stage.folder / f"{self.name}.img"
        make_disk(root, disk)
        run("umount", str(root))
        log = self.log.open("w")
        self.process = subprocess.Popen(self._command(disk), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._wait(self._is_connected, 20, "QEMU")

    def _is_connected(self) -> bool:
        self._living()
        if not self._socket().exists():
            return False
        try:
            self.console.connect(str(self._socket()))
        except ConnectionRefusedError:
            return False
        return True

    def _command(self, disk: Path) -> list[str]:
        qemu = self.stage.qemu
        number = self.facts["primaryIPAddress"].rsplit(".", 1)[1]
        return [
            str(qemu / "usr/bin/qemu-system-x86_64"),
            *["-L", str(qemu / "usr/share/qemu"), "-L", str(qemu / "usr/share/seabios")],
            *["-nodefaults", "-display", "none", "-no-reboot", "-accel", "tcg,thread=multi", "-cpu", "max,la57=off"],
            # One core, whatever the test sets: with more cores than the host has, two virtual machines block each other.
            *["-smp", "1", "-m", str(self.facts["memorySize"])],
            *["-kernel", str(qemu / "vmlinuz"), "-initrd", str(qemu / "initrd"), "-append", " ".join(KERNEL)],
            *["-drive", f"file={disk},format=raw,if=virtio,cache=unsafe"],
            *["-drive", f"file={self.stage.disk},format=raw,if=virtio,readonly=on"],
            *["-netdev", "socket,id=lab,mcast=230.0.0.1:4001,localaddr=127.0.0.1"],
            *["-device", f"virtio-net-pci,netdev=lab,romfile=,mac=52:54:00:12:01:{int(number):02x}"],
            *["-chardev", f"socket,id=shell,path={self._socket()},server=on,wait=off"],
            *["-device", "virtio-serial-pci", "-device", "virtconsole,chardev=shell"],
            *["-serial", "stdio"],
        ]

    def _socket(self) -> Path:
        return self.stage.folder / f"{self.name}.socket"

    def _run(self, command: str, timeout: int | None) -> tuple[int, str]:
        if not self.is_up:
            # Wait for the boot only now, at the first use, so that all nodes boot in parallel.
            self._answer(BOOT)
            self.is_up = True
        self.console.settimeout(None)
        line = f'{shlex.join(self._shell(command))} </dev/null | base64 --wrap=0; echo " ${{PIPESTATUS[0]}}"\n'
        self.console.sendall(line.encode())
        output, code = self._answer(timeout or 900).split(" ")
        return int(code), b64decode(output).decode()

    def _answer(self, timeout: int) -> str:
        """Returns the next line that the shell prints."""
        line = b""
        end = monotonic() + timeout
        while not line.endswith(b"\n"):
            self._living()
            if monotonic() > end:
                raise AssertionError(
                    f"{self.name}: no answer in {timeout} s; its console:\n{self.log.read_text()[-2000:]}"
                )
            self.console.settimeout(1)
            try:
                line += self.console.recv(65536)
            except TimeoutError:
                pass
        return line.decode()
