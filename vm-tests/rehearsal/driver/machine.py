"""One machine: Debian's root with the generated units over it, booted in systemd-nspawn."""

import json
import subprocess
from pathlib import Path
from time import monotonic, sleep

from stage import Stage, run

# What NixOS gives a command besides the machine's own programs.
PATH = "/usr/bin:/bin:/usr/sbin:/sbin"

NETWORK = """[Unit]
DefaultDependencies=no
Before=network.target network-online.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/ip address add {address}/24 dev host0
ExecStart=/bin/ip link set host0 up
ExecStart=/usr/sbin/nft -f /etc/nftables.conf
[Install]
WantedBy=network-online.target
"""

FIREWALL = """table inet firewall {{
  chain input {{
    type filter hook input priority 0; policy drop;
    iif lo accept
    ct state established,related accept
    meta l4proto {{ icmp, ipv6-icmp }} accept
    tcp dport {{ {ports} }} accept
  }}
}}
"""


class Machine:
    def __init__(self, stage: Stage, machine: Path, name: str) -> None:
        self.name = name
        self.stage = stage
        self.machine = machine
        self.facts = json.loads((machine / "facts.json").read_text())
        self.root = stage.folder / name / "root"
        self.process: subprocess.Popen | None = None
        self.leader = ""

    def start(self) -> None:
        self._prepare()
        cgroup = self.stage.cgroup / self.name
        cgroup.mkdir()
        command = [
            *["systemd-nspawn", "--quiet", f"--directory={self.root}", f"--machine={self.name}", "--register=no"],
            *["--keep-unit", f"--bind-ro={self.stage.store}:/nix/store", "--network-bridge=lab0", "--link-journal=no"],
            *["--kill-signal=SIGRTMIN+4", "--boot", "systemd.log_level=warning"],
        ]
        enter = f'echo $$ > {cgroup}/cgroup.procs; exec "$@"'
        log = (self.stage.folder / f"{self.name}.log").open("w")
        self.process = subprocess.Popen(
            ["bash", "-c", enter, "-", *command], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        self._wait(self._is_up, 60, "to boot")

    def _prepare(self) -> None:
        """The root as an overlay, and on it what NixOS's activation would have put there."""
        base = self.stage.folder / self.name
        for folder in ("root", "upper", "work"):
            (base / folder).mkdir(parents=True)
        layers = f"lowerdir={self.stage.root},upperdir={base}/upper,workdir={base}/work"
        run("mount", "-t", "overlay", "overlay", "-o", layers, str(self.root))
        etc = self.root / "etc"
        facts = self.facts
        units = etc / "systemd/system"
        texts = {unit.name: unit.read_text() for unit in (self.machine / "units").iterdir()}
        texts["lab-network.service"] = NETWORK.format(address=facts["primaryIPAddress"])
        wanted = {**facts["wanted"], "lab-network": ["network-online.target", "multi-user.target"]}
        for name, text in texts.items():
            (units / name).write_text(text)
            for target in wanted.get(name.removesuffix(".service"), []):
                (units / f"{target}.wants").mkdir(exist_ok=True)
                (units / f"{target}.wants" / name).symlink_to(f"/etc/systemd/system/{name}")
        (etc / "hostname").write_text(self.name + "\n")
        (etc / "hosts").write_text("127.0.0.1 localhost\n::1 localhost\n" + facts["extraHosts"])
        (etc / "machine-id").write_text("")
        (etc / "nftables.conf").write_text(
            FIREWALL.format(ports=", ".join(map(str, facts["firewall"]["allowedTCPPorts"])))
        )
        (etc / "sysusers.d").mkdir(exist_ok=True)
        users = "".join(f"u {user} -\n" for user in facts["users"])
        (etc / "sysusers.d/lab.conf").write_text(users)

    def _is_up(self) -> bool:
        if self.process is None or self.process.poll() is not None:
            log = (self.stage.folder / f"{self.name}.log").read_text()
            raise AssertionError(f"{self.name} did not boot:\n{log[-2000:]}")
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        if not children:
            return False
        self.leader = children[0]
        # Before it has a root of its own, nothing can enter it.
        return Path(f"/proc/{self.leader}/root/run/systemd/private").exists() and self._run("true", 10)[0] == 0

    def _wait(self, condition, timeout: int, what: str) -> None:
        end = monotonic() + timeout
        while not condition():
            if monotonic() > end:
                raise AssertionError(f"{self.name}: waited {timeout} s for {what}")
            sleep(0.1)

    def _run(self, command: str, timeout: int | None) -> tuple[int, str]:
        path = f"/nix/store/{self.machine.name}/bin:{PATH}"
        enter = [
            "nsenter",
            "--target",
            self.leader,
            "--all",
            "env",
            "--ignore-environment",
            f"PATH={path}",
            "HOME=/root",
        ]
        shell = [*enter, "bash", "-c", f"set -euo pipefail; {command}"]
        done = subprocess.run(
            shell, check=False, timeout=timeout, text=True, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
        )
        return done.returncode, done.stdout

    def succeed(self, *commands: str, timeout: int | None = None) -> str:
        said = ""
        for command in commands:
            code, output = self._run(command, timeout)
            if code != 0:
                raise AssertionError(f"{self.name}: `{command}` failed with {code}: {output}")
            said += output
        return said

    def wait_for_unit(self, unit: str, user: str | None = None, timeout: int = 900) -> None:
        """Until it is active; one that has failed, or that nobody starts, is an error at once."""

        def is_active() -> bool:
            show = f"systemctl show --property ActiveState,Job --value {unit}"
            state, *job = self.succeed(show, timeout=20).split()
            if state == "failed" or (state == "inactive" and not job):
                log = self.succeed(f"journalctl --unit {unit} --lines 20 --no-pager", timeout=20)
                raise AssertionError(f"{self.name}: {unit} is {state}\n{log}")
            return state == "active"

        self._wait(is_active, timeout, unit)

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
