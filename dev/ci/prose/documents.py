"""The links and anchors of all Markdown, the size of the README, and the paths in the architecture page."""

import re
from fnmatch import fnmatch
from posixpath import dirname, join, normpath
from urllib.parse import unquote

import markdown
from files import Repository

README = "README.md"
README_WORDS = 900
README_COLUMNS = 100

ARCHITECTURE = "docs/explanation/architecture.md"
#: What looks like a path, unlike a media type, a route or a URL: words with slashes, or the name of a file.
PATH = re.compile(rf"(?!(?:application|text)/)\.?[\w*-][\w.*-]*(?:/[\w.*-]+)*(?:/|/[\w.*-]+)|{markdown.FILE_NAME}")


def check(repository: Repository) -> list[str]:
    """Every finding in the Markdown files and in what they refer to."""
    findings = readme(repository) + architecture(repository)
    for name in repository.with_suffix(".md"):
        findings += links(repository, name)
    return findings


def links(repository: Repository, name: str) -> list[str]:
    """Relative links that lead nowhere, and anchors without a heading."""
    findings = []
    for line, target in markdown.links(repository.text(name)):
        if re.match(r"[a-z][a-z0-9+.-]*:|//", target):
            continue
        path, _, anchor = unquote(target).partition("#")
        start = "" if path.startswith("/") else dirname(name)
        path = normpath(join(start, path.lstrip("/"))) if path else name
        if not repository.has(path):
            findings.append(f"{name}:{line}: link to {target}: there is no file or folder {path}")
        elif anchor and path.endswith(".md") and anchor not in markdown.anchors(repository.text(path)):
            findings.append(f"{name}:{line}: link to {target}: {path} has no heading with the anchor #{anchor}")
    return findings


def readme(repository: Repository) -> list[str]:
    """The README, if it has too many words, and its lines that are too long."""
    text = repository.text(README)
    words = len(text.split())
    findings = [f"{README}: {words} words: at most {README_WORDS} are allowed"] if words > README_WORDS else []
    long = ((number, len(line)) for number, line in enumerate(text.splitlines(), start=1) if len(line) > README_COLUMNS)
    return findings + [f"{README}:{number}: {columns} columns: at most {README_COLUMNS} are allowed" for number, columns in long]


def architecture(repository: Repository) -> list[str]:
    """Paths in code style that do not exist; a path may begin at any folder."""
    if not repository.has(ARCHITECTURE):
        return [f"{ARCHITECTURE}: this page is missing"]
    spans = markdown.code_spans(repository.text(ARCHITECTURE))
    missing = ((line, path) for line, path in spans if PATH.fullmatch(path) and not exists(repository, path))
    return [f"{ARCHITECTURE}:{line}: `{path}` does not exist" for line, path in missing]


def exists(repository: Repository, path: str) -> bool:
    """Whether the path of a file or folder ends with this one; `*` matches a part of a name."""
    known = repository.folders if path.endswith("/") else {*repository.names, *repository.folders}
    pattern = path.removesuffix("/")
    return any(fnmatch(name, pattern) or fnmatch(name, f"*/{pattern}") for name in known)
