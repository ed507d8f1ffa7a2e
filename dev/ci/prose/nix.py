"""The comments and descriptions of Nix files."""

import re
from collections.abc import Iterator

from markdown import CODE, Passage

#: What can begin or end something, in code and in the two kinds of strings.
CODE_TOKEN = re.compile(r"#+(?P<line>[^\n]*)|/\*+(?P<block>.*?)\*/|''|[\"{}]", re.S)
STRING_TOKEN = re.compile(r"\\.|\$\$|\$\{|\"", re.S)
INDENTED_TOKEN = re.compile(r"'''|''\$|''\\.|\$\$|\$\{|''", re.S)
DESCRIPTION = re.compile(r"(?:\b[dD]escription\s*=|\bmkEnableOption)[\s(]*(?:lib\.\w+\s*)?\Z")


class Reader:
    """Reads a Nix file from its start to its end."""

    def __init__(self, text: str):
        self.text = text
        self.position = 0

    def line(self, position: int) -> int:
        """The number of the line at a position."""
        return self.text.count("\n", 0, position) + 1

    def code(self) -> Iterator[Passage]:
        """Comments and descriptions up to the brace that closes an interpolation, or to the end."""
        depth = 0
        while found := CODE_TOKEN.search(self.text, self.position):
            self.position = found.end()
            comment = found["line"] if found["line"] is not None else found["block"]
            if comment is not None:
                yield Passage(self.line(found.start()), comment)
            elif found[0] in ('"', "''"):
                yield from self.string(found.start())
            else:
                depth += 1 if found[0] == "{" else -1
                if depth < 0:
                    return

    def string(self, start: int) -> Iterator[Passage]:
        """A string: it is prose if it is a description, and what it interpolates is code."""
        syntax = STRING_TOKEN if self.text[start] == '"' else INDENTED_TOKEN
        described = DESCRIPTION.search(self.text[max(0, start - 80) : start])
        prose, first = "", self.position
        while found := syntax.search(self.text, self.position):
            prose += self.text[self.position : found.start()]
            self.position = found.end()
            if found[0] == "${":
                yield from self.code()
                prose += CODE
            elif found[0] in ('"', "''"):
                break
        if described:
            yield Passage(self.line(first), prose)


def comments(text: str) -> Iterator[Passage]:
    """The comments and descriptions of a file, in their order."""
    yield from Reader(text).code()
