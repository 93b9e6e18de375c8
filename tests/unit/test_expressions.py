"""No regular expression of the code base, and no reader of a provider's text, slows down with the text's square.

The expressions are found in the source. A generator makes inputs of each expression's own pieces, which are the worst
that it can meet, at 3 KB and at 30 KB. The growth of the processor time is compared, so the machine's speed and load
do not matter: 10 is linear, 100 is quadratic.
"""

from __future__ import annotations

import ast
import importlib
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
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

SMALL, LARGE = 3_000, 30_000
MOST_GROWTH = 35
MOST_PARTS = 25
"""Pieces of an expression that are repeated."""
NEGLIGIBLE = 0.03
"""Seconds of processor time at 30 KB that nobody needs to compare; an expression with a square takes many of them."""
COMPILERS = ("compile", "search", "match", "fullmatch", "sub", "split", "findall", "finditer")
MAKERS = ("common.public_urls", "common.pasted", "store.records", "store.images", "providers.ssm_parameters")
"""Modules that put expressions together of parts."""
AT_START = {"match", "fullmatch"}
SAMPLES = {"digit": "7", "word": "a", "space": " "}


@dataclass(frozen=True)
class Expression:
    """A regular expression in the source, and whether it is tried at a text's start alone."""

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


def expressions(source: str) -> set[Expression]:
    """Return the expressions of a source file, of the tables of errors, or of `_made`."""
    if source == "made of parts":
        return set(_made())
    if source == "tables":
        tables = (space_error_rules.TEXTS, space_error_rules.STATES, space_error_rules.LINKS)
        rows = [Expression("space_error_rules", pattern, re.I) for table in tables for pattern, _ in table]
        rules = [Expression("error_rules", rule.pattern, re.I) for rule in (*gitee.ROWS, *modelscope_errors.ROWS)]
        return {*rows, *rules}
    return {each for each in _in_file((ROOT / source).read_text("utf-8"), source) if each.pattern}


def _made() -> Iterator[Expression]:
    """The expressions that modules put together of parts, and those that they keep as a text."""
    yield Expression("space_errors", space_errors._BY_ZEROGPU, re.I)
    for module in (easel.__name__ + "." + name for name in MAKERS):
        for value in vars(importlib.import_module(module)).values():
            if isinstance(value, re.Pattern):
                yield Expression(module, value.pattern, value.flags & ~re.UNICODE)
    yield Expression("space_errors", space_errors._QUOTA.pattern, re.I)


def test_every_expression_is_tried() -> None:
    """What the source does not spell out is in `_made` or in a table above."""
    known = {"pattern", "re.escape(phrase)", "re.escape(public)", "GOES_ON"}
    folders = (ROOT / folder for folder in ("layers", "functions", "cli"))
    unread = {
        (file.stem, ast.unparse(call.args[0]))
        for folder in folders
        for file in folder.rglob("*.py")
        for call in _calls(ast.parse(file.read_text("utf-8")))
        if not isinstance(call.args[0], ast.Constant) and ast.unparse(call.args[0]) not in known
    }
    makers = {name.rpartition(".")[2] for name in MAKERS} | {"space_errors"}
    assert {place for place in unread if place[0] not in makers} == {
        ("published_models", "f'{re.escape(entry.endpoint)}(_\\\\d+)?'")
    }


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            module = node.func.value
            if isinstance(module, ast.Name) and module.id == "re" and node.func.attr in COMPILERS:
                yield node


def _in_file(source: str, name: str) -> Iterator[Expression]:
    tree = ast.parse(source)
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
    """Texts that parts of an expression match: each prefix of each sequence in it."""
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
        samples = [text_of(branch) for branch in argument[1]]  # each of them is noted
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
    """Pieces again and again; and a beginning with one piece again and again behind it."""
    parts = pieces(parser.parse(expression.pattern, expression.flags))
    for part in parts[:: len(parts) // MOST_PARTS + 1]:
        yield (part * (size // len(part) + 1))[:size]
    for start in sorted(parts, key=len)[-3:]:
        for part in sorted({part[-1] for part in parts})[:5]:
            yield start + part * (size - len(start)) + "!"


def growth(run: Callable[[str], object], small: str, large: str) -> float:
    """How much longer the large text takes; 0 if it takes no time to speak of."""
    after = _seconds(run, large)
    return 0.0 if after < NEGLIGIBLE else after / max(1e-6, min(_seconds(run, small) for _ in range(3)))


def _seconds(run: Callable[[str], object], text: str) -> float:
    began = time.thread_time()
    run(text)
    return time.thread_time() - began


@pytest.mark.parametrize("source", SOURCES)
def test_an_expression_takes_no_square_of_its_text(source: str) -> None:
    for expression in expressions(source):
        for small, large in zip(worst_inputs(expression, SMALL), worst_inputs(expression, LARGE), strict=True):
            assert growth(expression.run, small, large) < MOST_GROWTH, (expression, large[:40])


def test_the_generator_finds_a_square() -> None:
    square = Expression("here", r"of .* redirects")
    slow = [growth(square.run, text[:2000], text[:20_000]) for text in worst_inputs(square, 20_000)]
    assert max(slow) > MOST_GROWTH


REQUEST = GenerationRequest(provider="gitee", model="z-image-turbo", prompt="a quota of <b>cats</b> " * 80)
READERS: dict[str, Callable[[str], object]] = {
    "verdicts": lambda text: gitee.error_of(Reply("gitee", 400, {}, text.encode()), REQUEST),
    "JSON": lambda text: gitee.error_of(Reply("gitee", 400, {}, b'{"message": "%s"}' % text.encode()), REQUEST),
    "short message": provider_text.short_message,
    "words": provider_text.words,
    "letters": provider_text.letters,
    "error": lambda text: ProviderError(text, upstream=text).without("zq7x-made-up-0918273645"),
    "disclosure": lambda text: redacted(text, "zq7x-made-up-0918273645"),
    "Space's text": lambda text: space_errors.of_text(text, text, None),
    "Retry-After": lambda text: retry_headers.seconds({"retry-after": text, "ratelimit": text}),
}
UNITS = (
    "<",
    "<!--",
    "<script",
    "&lt;",
    "&#",
    "%",
    "=7A",
    "****",
    "size ",
    "model ",
    "quota ",
    "of ",
    "\\u",
    "[",
    '"',
    "7, ",
)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("unit", UNITS)
def test_a_reader_of_texts_takes_no_square_of_them(reader: str, unit: str) -> None:
    small, large = (unit * (size // len(unit)) for size in (SMALL, LARGE))
    assert growth(READERS[reader], small, large) < MOST_GROWTH
