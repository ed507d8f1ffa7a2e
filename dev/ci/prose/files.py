"""The files of the repository and their texts."""

import subprocess
from functools import cache
from pathlib import Path, PurePosixPath


class Repository:
    """The tracked files below a root; files that are new and not ignored count as tracked."""

    def __init__(self, root: Path):
        self.root = root
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
        names = set(listed.stdout.split("\0")) - {""}
        self.names = sorted(name for name in names if (root / name).is_file())
        self.folders = {str(folder) for name in self.names for folder in PurePosixPath(name).parents}

    @cache
    def text(self, name: str) -> str:
        """The text of a file; a file that is not text is empty."""
        try:
            return (self.root / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            return ""

    def has(self, path: str) -> bool:
        """Whether a file or a folder has this path."""
        return path in self.folders or path in self.names

    def with_suffix(self, suffix: str) -> list[str]:
        """The files whose names end with this suffix."""
        return [name for name in self.names if name.endswith(suffix)]
