"""Old turns of phrase that slow a reader down, their plain words, and where the repository's texts use them.

`python -m tests.harness.plain_words [FILE …]` lists them.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.harness.references import Repository, Text
from tests.harness.template import ROOT

TURNS = {
    r"whose \w+ (?:it|this) is": "with this …",
    r"beside(?!s)": "besides, in addition to, next to",
    r"(?<!there )(?:is|are|was|be) (?-i:none)": "does not exist, is not one",
    r"(?<!there )(?:is|are|was|be) no (?!longer|more|less|other|need)\w+": "is not a",
    r"so many": "the number of, up to `n`",
    r"all the same|any more|once more|anew": "still, no longer, again",
    r"(?:what|which) (?:became|becomes|came|comes|has come|is to come) of": "the outcome of",
    r"(?:is|are|was|were|be) (?:told|judged)": "reports, returns, receives, validates",
    r"while this lasts": "start with a verb: `with` says how long",
    r"(?:is|are|was|be) at work": "runs, works, is in progress",
    r"as of now": "present, current",
    r"sees? to it|affair of": "ensures, is responsible for",
    r"(?:stands?|stood|lies?|lay) (?:there|beside|under)": "is, precedes, replaces",
    r"(?:goes|went) on": "continues, resumes",
    r"has had|had (?:drawn|made|begun)": "has reached; the present tense",
    r"what (?:is|was|are) (?:no|not)": "if it is not a",
    r"till|whoever|somebody": "until, the caller, another process",
    r"of (?:Easel|somebody|nobody|anybody|another)'s own": "Easel's, another's",
    r"(?:hangs?|hung) up": "closes the connection",
    r"in vain": "without a result",
    r"such ones?": "name it",
    r"mend(?:s|ed|ing)?": "fix, repair",
    r"hereby|thereby|thereafter|therein|whereupon": "start a new sentence",
    r"lies? (?:in|at|on|below|above|behind)": "is in, is below",
    r"takes? (?:no|none)(?! (?:time|longer|more))": "does not support, does not accept",
    r"(?:is|are) taken(?! (?:from|over|as|away))": "is allowed, is accepted",
}
"""Regular expressions of old turns, as whole words in any case, with plain words for each."""
ALLOWED: dict[tuple[str, str], str] = {}
"""Reasons why a file may use a phrase, by file and phrase."""
_OLD = re.compile("|".join(rf"\b({turn})\b" for turn in TURNS), re.IGNORECASE)
_SUFFIXES = (".py", ".md", ".yaml", ".js", ".json")
_CODE_FOLDERS = ("functions", "layers", "cli", "local")
"""Folders with Python code that has texts for callers and logs. Literals of tests may quote old texts."""
_CODE = re.compile(r"`[^`\n]*`")


class Use(NamedTuple):
    """An old turn in a text. `place` is its file and line."""

    file: str
    place: str
    phrase: str
    advice: str

    def __str__(self) -> str:
        return f"{self.place}: {self.phrase!r}; rather: {self.advice}"


def uses(files: Sequence[str] = ()) -> Iterator[Use]:
    """Yield the old turns in docstrings, comments, texts of the code, documents and YAML files.

    Code in backticks is not read. `files` are paths in the repository. Without any, all files are read.
    """
    advice = list(TURNS.values())
    for text in _texts():
        if text.file.suffix not in _SUFFIXES or text.file == Path(__file__) or (files and text.name not in files):
            continue
        for match in _OLD.finditer(_CODE.sub(lambda code: " " * len(code[0]), text.content)):
            phrase = " ".join(match[0].lower().split())
            yield Use(text.name, text.place(match.start()), phrase, advice[(match.lastindex or 1) - 1])


def _texts() -> Iterator[Text]:
    repository = Repository(ROOT)
    yield from repository.texts()
    for file in repository.files:
        name = file.relative_to(ROOT)
        if file.suffix == ".py" and name.parts[0] in _CODE_FOLDERS:
            yield from (Text(file, str(name), *literal) for literal in _literals(file.read_text("utf-8")))


def _literals(source: str) -> Iterator[tuple[int, str]]:
    """Yield the string literals with several words, such as error texts and log lines, without docstrings."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in docstrings:
            continue
        if isinstance(node.value, str) and " " in node.value:
            yield node.lineno, node.value


if __name__ == "__main__":
    sys.stdout.writelines(f"{use}\n" for use in uses(sys.argv[1:]))
