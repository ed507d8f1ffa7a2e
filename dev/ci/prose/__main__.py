"""Checks the language and the links of every tracked text.

- `python3 dev/ci/prose`: the self-test, then the whole repository
- `python3 dev/ci/prose --self-test`: the self-test alone
- `python3 dev/ci/prose FILE...`: only the language of these files

It reads Markdown, the comments of Rust, Nix, TOML, YAML, Python and shell files, and the descriptions
in Nix files. Code blocks, `inline code` and string literals are not judged. A short list of words is also
refused in the identifiers of Rust and Python. The rules are in rules.toml.

Why a script: the prose linter Vale (3.21.0) has no parser for Nix or for shell scripts, and it reads the
values of TOML files instead of their comments. Building Vale would also need a C compiler, because of its
tree-sitter grammars.
"""

import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True  # these files are in the repository's folders

import documents
import self_test
from files import Repository
from passages import passages
from rules import Rules


def language(repository: Repository, rules: Rules, names: list[str]) -> list[str]:
    """The findings in the prose of these files."""
    findings = []
    for name in names:
        for passage in passages(name, repository.text(name)):
            findings += [f"{name}:{finding}" for finding in rules.check(name, passage)]
    return findings


def whole_repository(repository: Repository, rules: Rules) -> list[str]:
    """Every finding in the repository."""
    findings = language(repository, rules, repository.names)
    return findings + rules.not_found_any_more() + documents.check(repository)


def tests_pass() -> bool:
    """Whether the self-test passes; its output is shown only when it fails."""
    suite = unittest.defaultTestLoader.loadTestsFromModule(self_test)
    return unittest.TextTestRunner(stream=sys.stderr, verbosity=0).run(suite).wasSuccessful()


def main(arguments: list[str]) -> int:
    """Returns the exit code."""
    rules = Rules.read()
    if not arguments or arguments == ["--self-test"]:
        if not tests_pass():
            return 1
        if arguments:
            return 0
    repository = Repository(Path(__file__).resolve().parents[3])
    findings = language(repository, rules, arguments) if arguments else whole_repository(repository, rules)
    for finding in findings:
        print(finding)
    print(f"prose: {len(findings)} findings in {len(arguments or repository.names)} files")
    return 1 if findings else 0


sys.exit(main(sys.argv[1:]))
