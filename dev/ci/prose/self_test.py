"""The self-test: every rule finds the sentence planted for it, in every kind of file, and nothing in code."""

import subprocess
import tempfile
import unittest
from pathlib import Path

import documents
import identifiers
import markdown
from files import Repository
from markdown import PROSE, Passage, masked
from passages import passages
from rules import Rule, Rules

#: A text of each kind: PROSE is judged; CODE is a string, a value or a code block, and is not.
SAMPLES = {
    "a.md": "# A page\n\nPROSE in a\nparagraph.\n\n```sh\nCODE\n```\n\n~~~\nCODE\n~~~\n\n`CODE` [here](CODE.md) <https://a/CODE> CODE.toml\n",
    "a.rs": '//! PROSE\nconst A: &str = "// CODE"; // PROSE\n/* PROSE */\nlet b = (r#"\n"// CODE"#, \'"\', b\'\\\'\'); // PROSE\nlet c = "// CODE";\n'
    "/// ```\n/// CODE\n/// ```\nfn f<'a>(s: &'a str) {} // PROSE\n",
    "a.nix": '# PROSE\n{ a = "# CODE ${/* PROSE */ "CODE"}"; description = "PROSE"; # PROSE\n'
    "b = ''\n  # CODE ''${c} ${d {}}\n''; description = ''\n  PROSE\n''; e = mkEnableOption \"PROSE\"; /* PROSE */ }\n",
    "a.toml": "# PROSE\na = \"# CODE\" # PROSE\nb = '''\n# CODE\n'''\nc = '# CODE'\n# PROSE\n",
    "a.yaml": '# PROSE\na: "a # CODE" # PROSE\nb: it\'s#CODE\nc: |\n  # CODE\n\n  # CODE\nd: \'a # CODE\'\n# PROSE\n',
    "a.py": '"""PROSE"""\na = "# CODE"  # PROSE\ndef f():\n    """PROSE"""\n    return {\n    "CODE": 1}\n',
    "a.sh": "#!/bin/sh\n# PROSE\na='# CODE' # PROSE\nb=\"# CODE\"; c=$# d=${a#CODE}\ncat <<EOF\n# CODE\nEOF\n# PROSE\n",
    "script": "#!/usr/bin/env bash\n# PROSE\necho '\n# CODE'\n",
}

README = "# A\n\n## The `code` heading, with [a link](b.md)\n\n[1](b.md#b) [2](b.md#b-1) [3](#the-code-heading-with-a-link)\n"


def planted(name: str, prose: str, code: str) -> list[str]:
    """The findings in a sample."""
    text = SAMPLES[name].replace("PROSE", prose).replace("CODE", code)
    return [finding for passage in passages(name, text) for finding in Rules.read().check(name, passage)]


def prepared(rule: Rule, sentence: str) -> str:
    """A sentence as the rule reads it."""
    return masked(sentence) if rule.kind == PROSE else identifiers.words(identifiers.SYNTAX[".rs"], sentence).text


def documents_of(files: dict[str, str]) -> list[str]:
    """The findings in a repository of these files."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "init", "--quiet", folder], check=True)
        for name, text in ({documents.ARCHITECTURE: "", "README.md": "", "b.md": "# B\n## B\n"} | files).items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return documents.check(Repository(Path(folder)))


class Language(unittest.TestCase):
    """The rules, and what they are applied to."""

    def test_every_rule_finds_its_sentences_and_accepts_the_others(self):
        for rule in Rules.read().rules:
            for sentence in rule.finds:
                self.assertTrue(rule.pattern.search(prepared(rule, sentence)), f"{rule.name} does not find: {sentence}")
            for sentence in rule.accepts:
                self.assertIsNone(rule.pattern.search(prepared(rule, sentence)), f"{rule.name} finds: {sentence}")

    def test_prose_is_judged_in_every_kind_of_file_and_code_is_not(self):
        for name, sample in SAMPLES.items():
            lines = [number for number, line in enumerate(sample.splitlines(), start=1) for _ in range(line.count("PROSE"))]
            found = [int(finding.partition(":")[0]) for finding in planted(name, "It is torn.", "fine")]
            self.assertEqual(found, lines, name)
            self.assertEqual(planted(name, "It is fine.", "torn"), [], name)

    def test_identifiers_are_judged_in_code_and_not_in_strings(self):
        for name in ("a.rs", "a.py"):
            finding = f"2: “ask”: {next(rule.write for rule in Rules.read().rules if rule.kind != PROSE)} (private word)"
            text = 'a = "ask"\nnext_ask = 1\n'
            self.assertEqual([found for passage in passages(name, text) for found in Rules.read().check(name, passage)], [finding])

    def test_a_phrase_is_found_across_lines_and_comments(self):
        self.assertIn("2: “all the same”", planted("a.sh", "It is all\n# the same.", "x")[0])

    def test_the_first_line_of_a_script_is_no_comment(self):
        self.assertIn("2: “Who keeps it”", planted("script", "Who keeps it.", "x")[0])

    def test_a_rule_that_waits_in_a_folder_must_still_be_needed_there(self):
        rules = Rules({"fragments": {}, "spelling": {"grey": "gray"}, "rule": [], "pending": {"old/": ["spelling"]}})
        self.assertEqual(list(rules.check("new/a.md", Passage(1, "grey"))), ["1: “grey”: write “gray” (spelling)"])
        self.assertEqual(len(rules.not_found_any_more()), 1)
        self.assertEqual(list(rules.check("old/a.md", Passage(1, "grey"))), [])
        self.assertEqual(rules.not_found_any_more(), [])


class Documents(unittest.TestCase):
    """Links, anchors, sizes and paths."""

    def test_links_that_resolve_are_accepted(self):
        folder = {"README.md": README + "[4](docs/) [5](https://a/b) ![6](c%20d.svg) `[7](d)`\n", "c d.svg": "", "docs/e.md": "[8](../b.md)\n"}
        self.assertEqual(documents_of(folder), [])

    def test_links_that_lead_nowhere_are_found(self):
        findings = documents_of({"README.md": "[1](c.md)\n[2](b.md#c)\n[3](#a)\n\n[d]: e.md\n", "docs/e.md": "[8](b.md)\n"})
        self.assertEqual([finding.split(": ")[0] for finding in findings], ["README.md:1", "README.md:2", "README.md:3", "README.md:5", "docs/e.md:1"])

    def test_sizes_are_limited(self):
        findings = documents_of({"README.md": "word " * 20 + "longer\n" + "word\n" * 880})
        self.assertEqual([finding.split(": ")[0] for finding in findings], ["README.md", "README.md:1"])

    def test_paths_of_the_architecture_page_exist(self):
        page = "`crates/lab/src/a.rs` `src/a.rs` `a.rs` `crates/*/src` `lab/` `GET /data` `text/plain` `x::y`\n\n"
        missing = "`src/b.rs`\n`b.rs`\n`crates/x/`\n`scenario.toml`\n"
        findings = documents_of({documents.ARCHITECTURE: page + missing, "crates/lab/src/a.rs": ""})
        self.assertEqual([finding.split("`")[1] for finding in findings], ["src/b.rs", "b.rs", "crates/x/", "scenario.toml"])

    def test_anchors_are_those_of_github(self):
        anchors = markdown.anchors("# `lab exec`: a *tool*\n## What it's for?\n```\n# no heading\n```\n# A_b-c\n")
        self.assertEqual(anchors, {"lab-exec-a-tool", "what-its-for", "a_b-c"})
