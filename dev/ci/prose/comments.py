"""The comments of Rust, Python, shell, TOML and YAML files."""

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator

from markdown import Passage

RUST = re.compile(
    r"""\b(?:b|c)?r(\#*)".*?"\1        # a raw string
      | "(?:\\.|[^"\\])*"              # a string
      | '(?:\\[^\n]*?|[^'\\\n])'       # a character
      | /{2}[/!]?(?P<line>[^\n]*)
      | /\*[*!]?(?P<block>.*?)\*/""",
    re.S | re.X,
)
TOML = re.compile(
    r"""\"{3}.*?\"{3,} | '{3}.*?'{3,}
      | "(?:\\.|[^"\\\n])*" | '[^'\n]*'
      | \#+(?P<line>[^\n]*)""",
    re.S | re.X,
)
YAML = re.compile(
    r"""^(?P<indent>[ ]*)(?:-[ ]+)*[^\n#"']*?:[ ]+[|>][-+0-9]*[ ]*(?:\#[^\n]*)?\n(?:(?P=indent)[ ]+[^\n]*\n|[ ]*\n)*   # a block
      | (?<![^\s\[{,:])(?:"(?:\\.|[^"\\])*"|'(?:''|[^'])*')
      | (?:^|(?<=\s))\#+(?P<line>[^\n]*)""",
    re.M | re.S | re.X,
)
SHELL = re.compile(
    r"""\\.
      | <<-?[ ]*(['"]?)(?P<end>\w+)\1(?P<rest>[^\n]*)\n.*?^\t*(?P=end)$   # a here-document
      | '[^']*'
      | "(?:\\.|[^"\\])*"
      | (?:^|(?<=[\s;(|&]))\#(?P<line>[^\n]*)""",
    re.M | re.S | re.X,
)


def comments(syntax: re.Pattern) -> Callable[[str], Iterator[Passage]]:
    """A function that finds the comments of a text by the syntax of its language."""

    def found_in(text: str) -> Iterator[Passage]:
        line, position = 1, 0
        for found in syntax.finditer(text):
            line, position = line + text.count("\n", position, found.start()), found.start()
            for name in ("line", "block"):
                comment = found.groupdict().get(name)
                if comment is not None and not (line == 1 and comment.startswith("!/")):
                    yield Passage(line, comment)

    return found_in


rust = comments(RUST)
shell = comments(SHELL)
toml = comments(TOML)
yaml = comments(YAML)


def python(text: str) -> Iterator[Passage]:
    """Comments and documentation strings."""
    found = [Passage(string.lineno, string.value) for string in documentation(ast.parse(text))]
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and not token.string.startswith("#!"):
            found.append(Passage(token.start[0], token.string.lstrip("#:")))
    yield from sorted(found, key=lambda passage: passage.line)


def documentation(module: ast.Module) -> Iterator[ast.Constant]:
    """The documentation strings of a module and of what it defines."""
    for node in ast.walk(module):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            match node.body[:1]:
                case [ast.Expr(ast.Constant(str()) as string)]:
                    yield string
