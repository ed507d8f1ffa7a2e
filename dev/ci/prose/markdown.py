"""Markdown: prose with its code masked, and what a link can lead to."""

import re
from dataclasses import dataclass

#: Stands for every character of inline code; a rule may match it.
CODE = "\x01"

FENCE = re.compile(r"^([ \t>]*)(`{3,}|~{3,}).*?(?:^[ \t>]*\2[ \t]*$|\Z)", re.M | re.S)
FILE_NAME = r"\b[\w-]+(?:\.[\w-]+)*\.(?:json|lock|md|nix|pyi?|rs|sh|toml|tree|ya?ml)\b"
INLINE = re.compile(r"(?<!`)(`+)(?!`)((?:[^\n]|\n(?!\s*\n))+?)(?<!`)\1(?!`)")
NOT_PROSE = re.compile(
    r"<!--.*?-->|</?[a-zA-Z][^<>\n]*>|\]\([^()\s]*\)|^ *\[[^\]\n]+\]: \S+|\bhttps?://[^\s)>]+|" + FILE_NAME, re.M | re.S
)
HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.*?)[ \t]*#*$", re.M)
LINK = re.compile(r"\]\(\s*<?([^()\s>]+)|^ {0,3}\[[^\]\n]+\]:\s*(\S+)|\b(?:src|href)=\"([^\"]+)\"", re.M)


#: The two kinds of passages. A rule is for one of them.
PROSE, IDENTIFIERS = "prose", "identifiers"


@dataclass(frozen=True)
class Passage:
    """A piece of a text and the number of its first line."""

    line: int
    text: str
    kind: str = PROSE


def blank(found: re.Match) -> str:
    """Spaces of the same length, on the same lines."""
    return re.sub(r"[^\n]", " ", found[0])


def masked(text: str) -> str:
    """The text with code, names of files, tags and the targets of links masked; every line keeps its number."""
    text = FENCE.sub(blank, text)
    text = INLINE.sub(lambda found: re.sub(r"[^\n]", CODE, found[0]), text)
    return NOT_PROSE.sub(lambda found: re.sub(r"[^\n]", "\x02", found[0]), text)


def anchors(text: str) -> set[str]:
    """The anchors of a page, as GitHub makes them from its headings."""
    found: set[str] = set(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", text))
    for heading in HEADING.findall(FENCE.sub(blank, text)):
        plain = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        number = 0
        while (anchor := f"{slug}-{number}" if number else slug) in found:
            number += 1
        found.add(anchor)
    return found


def links(text: str) -> list[tuple[int, str]]:
    """The targets of all links, with the numbers of their lines."""
    text = INLINE.sub(blank, FENCE.sub(blank, text))
    return [(text.count("\n", 0, found.start()) + 1, next(filter(None, found.groups()))) for found in LINK.finditer(text)]


def code_spans(text: str) -> list[tuple[int, str]]:
    """The texts in code style, with the numbers of their lines."""
    text = FENCE.sub(blank, text)
    return [(text.count("\n", 0, found.start()) + 1, found[2].strip()) for found in INLINE.finditer(text)]
