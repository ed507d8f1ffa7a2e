"""Prepares a node's root as the activation of NixOS does: units, users, names of the other nodes, and firewall."""

import os
from pathlib import Path
from typing import Any

import always

# Variables of the driver's environment that override those of the units. LAB_DEADLINE limits how long `lab check` waits.
GIVEN = ["LAB_DEADLINE"]

NETWORK = """[Unit]
DefaultDependencies=no
Before=network.target network-online.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/ip address add {address}/24 dev {interface}
ExecStart=/bin/ip link set {interface} up
ExecStart=/usr/sbin/nft -f /etc/nftables.conf
[Install]
WantedBy=network-online.target
"""

FIREWALL = """table inet firewall {{
  chain input {{
    type filter hook input priority 0; policy drop;
    iif lo accept
    ct state established,related accept
    # ICMP and ICMPv6, by number: Debian's smallest root has no /etc/protocols.
    meta l4proto {{ 1, 58 }} accept
{accept}  }}
}}
"""

# The same as in nixos/modules/testing/test-instrumentation.nix.
MANAGER = """[Manager]
DefaultTimeoutStartSec=300
"""

ACCEPT = "    tcp dport {} accept\n"


def furnish(root: Path, machine: Path, facts: dict[str, Any], interface: str) -> None:
    always.link(root)
    etc = root / "etc"
    texts = {unit.name: unit.read_text() for unit in (machine / "units").iterdir()}
    texts["lab-network.service"] = NETWORK.format(address=facts["primaryIPAddress"], interface=interface)
    wanted = {**facts["wanted"], "lab-network": ["network-online.target", "multi-user.target"]}
    for name, text in texts.items():
        add_unit(etc / "systemd/system", name, text, wanted.get(name.removesuffix(".service"), []))
    (etc / "hostname").write_text(facts["hostName"] + "\n")
    (etc / "hosts").write_text("127.0.0.1 localhost\n::1 localhost\n" + facts["extraHosts"])
    (etc / "machine-id").write_text("")
    accept = "".join(map(ACCEPT.format, facts["firewall"]["allowedTCPPorts"]))
    (etc / "nftables.conf").write_text(FIREWALL.format(accept=accept))
    (etc / "systemd/system/service.d").mkdir(exist_ok=True)
    (etc / "systemd/system/service.d/lab.conf").write_text(given())
    (etc / "systemd/system.conf.d").mkdir(exist_ok=True)
    (etc / "systemd/system.conf.d/lab.conf").write_text(MANAGER)
    (etc / "sysusers.d").mkdir(exist_ok=True)
    (etc / "sysusers.d/lab.conf").write_text("".join(f"u {user} -\n" for user in facts["users"]))


def given() -> str:
    return "[Service]\n" + "".join(f"Environment={name}={os.environ[name]}\n" for name in GIVEN if name in os.environ)


def add_unit(units: Path, name: str, text: str, wanted_by: list[str]) -> None:
    (units / name).write_text(text)
    for target in wanted_by:
        (units / f"{target}.wants").mkdir(exist_ok=True)
        (units / f"{target}.wants" / name).symlink_to(f"/etc/systemd/system/{name}")
