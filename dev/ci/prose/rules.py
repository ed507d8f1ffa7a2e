"""The rules of rules.toml, applied to one passage at a time."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown import CODE, PROSE, Passage

#: How much of a sentence a finding shows.
SHOWN = 60


@dataclass(frozen=True)
class Rule:
    """What is refused, and what to write instead."""

    name: str
    pattern: re.Pattern
    write: str
    finds: list[str]
    accepts: list[str]
    kind: str = PROSE


class Rules:
    """Every rule, and those that wait in some folders."""

    def __init__(self, source: dict):
        self.rules = [rule(entry, source["fragments"]) for entry in source["rule"]]
        self.rules += [spelling(*words) for words in source["spelling"].items()]
        #: Folder → the rules that are not applied there yet.
        self.pending = {folder: set(names) for folder, names in source["pending"].items()}
        self.found: set[tuple[str, str]] = set()

    @classmethod
    def read(cls) -> "Rules":
        """The rules of the file beside this one."""
        with (Path(__file__).parent / "rules.toml").open("rb") as file:
            return cls(tomllib.load(file))

    def check(self, name: str, passage: Passage) -> Iterator[str]:
        """The findings in a passage of a file, each without the file's name."""
        folder = next((folder for folder in self.pending if name.startswith(folder)), "")
        for rule in self.rules:
            if rule.kind != passage.kind:
                continue
            for found in rule.pattern.finditer(passage.text):
                if rule.name in self.pending.get(folder, ()):
                    self.found.add((folder, rule.name))
                    break
                group = found.lastindex or 0
                line = passage.line + passage.text.count("\n", 0, found.start(group))
                yield f"{line}: “{shown(found[group])}”: {rule.write} ({rule.name})"

    def not_found_any_more(self) -> list[str]:
        """The entries of `pending` that are not needed any more."""
        entries = ((folder, name) for folder, names in self.pending.items() for name in sorted(names))
        return [
            f"dev/ci/prose/rules.toml: {folder} has no finding of {name} left: remove it from `pending`"
            for folder, name in entries
            if (folder, name) not in self.found
        ]


def shown(words: str) -> str:
    """Words of a passage as a finding shows them: on one line, and not all of a long sentence."""
    line = " ".join(re.sub(rf"{CODE}+", "`…`", words).split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"


def rule(entry: dict, fragments: dict[str, str]) -> Rule:
    """A rule from its entry in the file."""
    words = "|".join(re.escape(words).replace(r"\ ", r"\s+").replace("'", "['’]") for words in entry.get("words", []))
    pattern = entry.get("pattern") or rf"\b(?:{words})\b"
    for name, fragment in fragments.items():
        pattern = pattern.replace(f"<{name}>", fragment)
    flags = re.M | re.X if "case" in entry else re.M | re.I | re.X
    kind = entry.get("kind", PROSE)
    return Rule(entry["name"], re.compile(pattern, flags), entry["write"], entry["finds"], entry.get("accepts", []), kind)


def spelling(british: str, american: str) -> Rule:
    """A rule that refuses a British spelling and the words derived from it."""
    return Rule("spelling", re.compile(rf"\b(?:re|un|de|mis)?{british}\w*", re.I), f"write “{american}”", [british], [])
