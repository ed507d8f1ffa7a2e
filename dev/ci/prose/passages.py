"""The prose of a file: Markdown whole, and the comments of everything else. Of code also the words of its identifiers."""

from collections.abc import Iterator
from pathlib import PurePosixPath

import comments
import identifiers
import nix
from markdown import Passage, masked

#: Which function finds the comments, by the end of the file's name.
COMMENTS = {
    ".nix": nix.comments,
    ".py": comments.python,
    ".pyi": comments.python,
    ".rs": comments.rust,
    ".sh": comments.shell,
    ".toml": comments.toml,
    ".yaml": comments.yaml,
    ".yml": comments.yaml,
}


def passages(name: str, text: str) -> Iterator[Passage]:
    """Every piece of prose in a file, with code masked, and the identifiers of code."""
    suffix = PurePosixPath(name).suffix
    if suffix == ".md":
        yield Passage(1, masked(text))
        return
    found_in = COMMENTS.get(suffix) or by_first_line(text)
    if found_in:
        for passage in joined(found_in(text)):
            yield Passage(passage.line, masked(passage.text))
    if suffix in identifiers.SYNTAX:
        yield identifiers.words(identifiers.SYNTAX[suffix], text)


def by_first_line(text: str):
    """The function for a script without a suffix."""
    first = text.partition("\n")[0]
    if not first.startswith("#!"):
        return None
    return comments.python if "python" in first else comments.shell


def joined(found: Iterator[Passage]) -> Iterator[Passage]:
    """Comments on consecutive lines as one passage, so that a phrase may continue on the next line."""
    last: Passage | None = None
    for comment in found:
        if last and comment.line == last.line + last.text.count("\n") + 1:
            last = Passage(last.line, f"{last.text}\n{comment.text}")
            continue
        if last:
            yield last
        last = comment
    if last:
        yield last
