"""The words in the identifiers of Rust and Python code."""

import re

import comments
from markdown import IDENTIFIERS, Passage, blank

PYTHON = re.compile(
    r"""\b\w{0,2}(?P<quote>\"{3}|'{3}).*?(?P=quote)
      | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'
      | \#[^\n]*""",
    re.S | re.X,
)

#: Where a word begins in an identifier: `NextPart` and `next_part` have the words “next” and “part”.
BOUNDARY = re.compile(r"_|(?<=[a-z0-9])(?=[A-Z])")

#: The name of a test is a sentence, and has more words than other names.
LONGEST = 4

SYNTAX = {".rs": comments.RUST, ".py": PYTHON, ".pyi": PYTHON}


def words(syntax: re.Pattern, text: str) -> Passage:
    """The code without comments, strings and names of tests, and with spaces between the words of identifiers."""
    return Passage(1, re.sub(r"\w+", split, syntax.sub(blank, text)), IDENTIFIERS)


def split(identifier: re.Match) -> str:
    """The words of an identifier; nothing if it is a sentence."""
    return BOUNDARY.sub(" ", identifier[0]) if identifier[0].count("_") < LONGEST else ""
