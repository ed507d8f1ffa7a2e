"""Links the programs that every NixOS system has, from Debian. A test or a unit must provide every other program."""

import re
from pathlib import Path

# The folders for the links, and the Debian packages that contain the programs.
UNITS = Path("/usr/lib/nixos/unit/bin")
COMMANDS = Path("/usr/lib/nixos/system/bin")
UNIT_PACKAGES = ["coreutils", "findutils", "grep", "sed", "systemd"]
COMMAND_PACKAGES = [
    *UNIT_PACKAGES,
    *["bash", "bzip2", "curl", "dbus", "diffutils", "gzip", "iproute2", "kmod", "less", "libc-bin", "login", "mount"],
    *["ncurses-bin", "procps", "tar", "util-linux", "xz-utils", "zstd"],
]


def link(root: Path) -> None:
    for folder, packages in {UNITS: UNIT_PACKAGES, COMMANDS: COMMAND_PACKAGES}.items():
        inside = root / folder.relative_to("/")
        inside.mkdir(parents=True, exist_ok=True)
        for name, program in programs(root, packages).items():
            (inside / name).symlink_to(program)


def programs(root: Path, packages: list[str]) -> dict[str, str]:
    """Returns the programs of the packages: paths, keyed by name. Packages that are not installed are skipped."""
    lists = [root / f"var/lib/dpkg/info/{package}.list" for package in packages]
    lines = [line for file in lists if file.exists() for line in file.read_text().splitlines()]
    return {Path(line).name: line for line in lines if re.fullmatch(r"(/usr)?/s?bin/[^/]+", line)}
