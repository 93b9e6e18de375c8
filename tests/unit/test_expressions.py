"""No regular expression and no reader of a provider's text takes quadratic time.

The expressions are read from the source. A generator builds the worst inputs from an expression's own parts, at 1 KB
and at 10 KB. The test compares the growth of the processor time, so the machine's speed and load do not matter:
a factor of 10 is linear, 100 is quadratic.
"""

from __future__ import annotations

import ast
import importlib
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from re import _constants as constants  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

import easel
import gitee
import modelscope_errors
import space_error_rules
import space_errors
from easel.common import provider_text
from easel.common.token_redaction import redacted
from easel.errors import ProviderError
from easel.providers import retry_headers
from easel.providers.http import Reply
from easel.store.records import GenerationRequest
from tests.harness.template import ROOT

SMALL, LARGE = 1_000, 10_000
MOST_GROWTH = 35
MOST_PARTS = 25
"""Pieces of an expression that are repeated."""
NEGLIGIBLE = 0.01
"""Seconds of processor time at 10 KB that need no comparison; a quadratic expression takes many times as long."""
COMPILERS = ("compile", "search", "match", "fullmatch", "sub", "split", "findall", "finditer")
MAKERS = ("common.public_urls", "common.pasted", "store.records", "store.images", "providers.ssm_parameters")
"""Modules that build expressions from parts."""
AT_START = {"match", "fullmatch"}
SAMPLES = {"digit": "7", "word": "a", "space": " "}


@dataclass(frozen=True)
class Expression:
    """A regular expression in the source. It may be tried at a text's start alone."""

    place: str
    pattern: str | bytes
    flags: int = 0
    at_start: bool = False

    def __str__(self) -> str:
        return f"{self.place} {self.pattern!r}"[:100]

    def run(self, text: str) -> None:
        compiled: Any = re.compile(self.pattern, self.flags)
        given: Any = text.encode("utf-8", "replace") if isinstance(self.pattern, bytes) else text
        if self.at_start:
            compiled.match(given)
            compiled.fullmatch(given)
        else:
            assert sum(1 for _ in compiled.finditer(given)) >= 0


FILES = [file for folder in ("layers", "functions", "cli", "local") for file in (ROOT / folder).rglob("*.py")]
SOURCES = [
    *(file.relative_to(ROOT).as_posix() for file in FILES if re.search(r"\bre\.|pattern=", file.read_text("utf-8"))),
    *("tables", "made of parts"),
]


@cache
def sources() -> dict[Path, ast.Module]:
    """Return the parsed modules of Easel."""
    return {file: ast.parse(file.read_text("utf-8")) for file in FILES}


def expressions(source: str) -> set[Expression]:
    """Return the expressions of a source file, of the tables of errors, or of `_made`."""
    if source == "made of parts":
        return set(_made())
    if source == "tables":
        tables = (space_error_rules.TEXTS, space_error_rules.STATES, space_error_rules.LINK_TEXTS)
        rows = [Expression("space_error_rules", pattern, re.I) for table in tables for pattern, _ in table]
        rules = [Expression("error_rules", rule.pattern, re.I) for rule in (*gitee.ROWS, *modelscope_errors.ROWS)]
        return {*rows, *rules}
    return {each for each in _in_file(ROOT / source) if each.pattern}


def _made() -> Iterator[Expression]:
    """Return the expressions that modules build from parts or keep as a text."""
    yield Expression("space_errors", space_errors._BY_ZEROGPU, re.I)
    yield Expression("space_errors", space_errors._QUOTA.pattern, re.I)
    for module in (easel.__name__ + "." + name for name in MAKERS):
        for value in vars(importlib.import_module(module)).values():
            if isinstance(value, re.Pattern):
                yield Expression(module, value.pattern, value.flags & ~re.UNICODE)


def test_every_expression_is_tried() -> None:
    """An expression that is not literal in the source is in `_made` or in a table above."""
    known = {"pattern", "re.escape(phrase)", "re.escape(public)", "NEXT_WORD"}
    makers = {name.rpartition(".")[2] for name in MAKERS} | {"space_errors"}
    unread = {
        (file.stem, ast.unparse(call.args[0]))
        for file, tree in sources().items()
        for call in _calls(tree)
        if file.stem not in makers and "local" not in file.parts and not isinstance(call.args[0], ast.Constant)
    }
    assert {(place, text) for place, text in unread if text not in known} == {
        ("published_models", "f'{re.escape(entry.endpoint)}(_\\\\d+)?'")
    }


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            module = node.func.value
            if isinstance(module, ast.Name) and module.id == "re" and node.func.attr in COMPILERS:
                yield node


def _in_file(file: Path) -> Iterator[Expression]:
    name, tree, source = file.name, sources()[file], file.read_text("utf-8")
    names = {id(node.value): node.targets[0].id for node in ast.walk(tree)
             if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)}  # fmt: skip
    for node in ast.walk(tree):
        for keyword in node.keywords if isinstance(node, ast.Call) else ():
            if keyword.arg in ("pattern", "regex") and isinstance(keyword.value, ast.Constant):
                yield Expression(name, str(keyword.value.value))
    for node in _calls(tree):
        function = node.func
        if not isinstance(function, ast.Attribute) or not isinstance(node.args[0], ast.Constant):
            continue
        uses = {function.attr}
        if function.attr == "compile" and (variable := names.get(id(node))):
            uses = set(re.findall(rf"\b{variable}\.(\w+)", source))
        takes = {"compile": 1, "sub": 3}.get(function.attr, 2)
        flags = [*node.args[takes:], *(each.value for each in node.keywords if each.arg == "flags")]
        value = eval(compile(ast.Expression(flags[0]), name, "eval"), {"re": re}) if flags else 0
        pattern = node.args[0].value
        assert isinstance(pattern, str | bytes)
        yield Expression(name, pattern, int(value), bool(uses) and uses <= AT_START)


def pieces(parsed: Any) -> list[str]:
    """Return texts that parts of an expression match: each prefix of each sequence in it."""
    found: list[str] = []

    def text_of(items: Any) -> str:
        text = ""
        for operation, argument in items:
            text += _sample(operation, argument, text_of)
            found.append(text)
        return text

    text_of(parsed)
    return [text for text in dict.fromkeys(found) if text]


def _sample(operation: Any, argument: Any, text_of: Callable[[Any], str]) -> str:
    if operation is constants.LITERAL:
        return chr(argument)
    if operation in (constants.NOT_LITERAL, constants.ANY):
        return "y"
    if operation is constants.IN:
        return _of_set(argument)
    if operation in (constants.MAX_REPEAT, constants.MIN_REPEAT, constants.POSSESSIVE_REPEAT):
        least, most, inner = argument
        return str(text_of(inner) * max(least, min(most, 1)))
    if operation is constants.SUBPATTERN:
        return text_of(argument[-1])
    if operation is constants.BRANCH:
        samples = [text_of(branch) for branch in argument[1]]  # each of them is recorded
        return str(samples[0])
    return ""


def _of_set(members: Sequence[tuple[Any, Any]]) -> str:
    if members[0][0] is constants.NEGATE:
        barred = "".join(_of_set([member]) for member in members[1:])
        return next(character for character in "y! 7" if character not in barred)
    operation, argument = members[0]
    if operation is constants.CATEGORY:
        kind = str(argument).lower().removeprefix("category_")
        return "!" if kind.startswith("not_") else SAMPLES.get(kind, "a")
    return chr(argument[0] if operation is constants.RANGE else argument)


def worst_inputs(expression: Expression, size: int) -> Iterator[str]:
    """Yield repeated pieces, and a start followed by a repeated piece."""
    parts = pieces(parser.parse(expression.pattern, expression.flags))
    for part in parts[:: len(parts) // MOST_PARTS + 1]:
        yield (part * (size // len(part) + 1))[:size]
    for start in sorted(parts, key=len)[-3:]:
        for part in sorted({part[-1] for part in parts})[:5]:
            yield start + part * (size - len(start)) + "!"


def growth(run: Callable[[str], object], small: str, large: str) -> float:
    """Return the ratio of the large text's time to the small one's; 0 if both are negligible."""
    after = _seconds(run, large)
    return 0.0 if after < NEGLIGIBLE else after / max(1e-6, min(_seconds(run, small) for _ in range(2)))


def _seconds(run: Callable[[str], object], text: str) -> float:
    began = time.thread_time()
    run(text)
    return time.thread_time() - began


def assert_linear(run: Callable[[str], object], small: str, large: str) -> None:
    assert any(growth(run, small, large) < MOST_GROWTH for _ in range(3)), large[:40]


@pytest.mark.parametrize("source", SOURCES)
def test_no_expression_takes_quadratic_time(source: str) -> None:
    for expression in expressions(source):
        for small, large in zip(worst_inputs(expression, SMALL), worst_inputs(expression, LARGE), strict=True):
            assert_linear(expression.run, small, large)


def test_the_generator_detects_quadratic_expressions() -> None:
    square = Expression("here", r"of .* redirects")
    inputs = zip(worst_inputs(square, SMALL), worst_inputs(square, LARGE), strict=True)
    assert any(growth(square.run, small, large) > MOST_GROWTH for small, large in inputs)


REQUEST = GenerationRequest(provider="gitee", model="z-image-turbo", prompt="a quota of <b>cats</b> " * 20)
READERS: dict[str, Callable[[str], object]] = {
    "verdicts": lambda text: gitee.error_of(Reply("gitee", 400, {}, text.encode()), REQUEST),
    "JSON": lambda text: gitee.error_of(Reply("gitee", 400, {}, b'{"message": "%s"}' % text.encode()), REQUEST),
    "short message": provider_text.short_message,
    "words": provider_text.words,
    "letters": provider_text.letters,
    "error": lambda text: ProviderError(text, upstream=text).without("zq7x-made-up-0918273645"),
    "disclosure": lambda text: redacted(text, "zq7x-made-up-0918273645"),
    "Space's text": lambda text: space_errors.failure_of_text(text, text, None),
    "Retry-After": lambda text: retry_headers.seconds({"retry-after": text, "ratelimit": text}),
}
UNITS = (
    *("<", "<!--", "<script", "&lt;", "&#", "%", "=7A", "****"),
    *("size ", "model ", "quota ", "of ", "\\u", "[", '"', "7, "),
)


@pytest.mark.parametrize("reader", READERS)
def test_no_reader_of_texts_takes_quadratic_time(reader: str) -> None:
    for unit in UNITS:
        small, large = (unit * (size // len(unit)) for size in (SMALL, LARGE))
        assert_linear(READERS[reader], small, large)
