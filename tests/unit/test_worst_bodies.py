"""A body of any form costs little work. The tests count lines of Python; limits bound the work in C."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

import batch_preview
import router
from easel.errors import CallerError, PayloadTooLarge
from easel.front_door.request_body import MAX_VALUES, read_json
from tests.harness import worst_bodies
from tests.harness.functions import Context, handle
from tests.harness.line_counter import counting
from tests.unit.test_form_data import parse

if TYPE_CHECKING:
    from collections.abc import Callable

LARGE = 200_000  # bytes
MOST = 200_000
"""Lines of Python that one body may cost, at some 10 million lines a second."""
MOST_OF_A_LINE = 600
"""The same for a line of a manifest that is good: it is validated as a whole request is."""


def work(do: Callable[[], object]) -> int:
    with counting() as steps, suppress(CallerError):
        do()
    return steps()


@pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")  # Starlette drops an unfinished file
@pytest.mark.parametrize("form", worst_bodies.forms(0))
def test_a_forms_work_does_not_grow_with_its_length(form: str) -> None:
    small, large = (worst_bodies.forms(size)[form] for size in (LARGE // 4, LARGE))
    parse(*worst_bodies.forms(9)["no line ends"])  # loads the parser
    spent = work(lambda: parse(*large))
    assert spent < 2 * work(lambda: parse(*small)) + 1000
    assert spent < MOST


@pytest.mark.parametrize("body", worst_bodies.json_bodies(9))
def test_a_json_bodys_work_does_not_grow_with_its_length(body: str) -> None:
    small, large = (worst_bodies.json_bodies(size)[body] for size in (LARGE // 4, LARGE))
    spent = work(lambda: read_json(large))
    assert spent < 5 * work(lambda: read_json(small)) + 1000
    assert spent < 2 * MAX_VALUES


@pytest.mark.parametrize("manifest", worst_bodies.manifests(9))
def test_a_preview_of_any_manifest_costs_little_work(manifest: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MAX_LINES", "MAX_RAW_LINES", "MAX_INVALID"):  # a tenth of the limits takes a tenth of the test's time
        monkeypatch.setattr(batch_preview, name, getattr(batch_preview, name) // 10)
    content = worst_bodies.manifests(batch_preview.MAX_BYTES - 100)[manifest]
    assert work(lambda: batch_preview.validate(content)) < MOST // 4 + MOST_OF_A_LINE * batch_preview.MAX_LINES


def test_a_body_of_too_many_values_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    bodies = worst_bodies.json_bodies(20 * MAX_VALUES)
    monkeypatch.delattr(json, "loads")
    for name in ("empty lists", "small objects", "small numbers", "many names", "deep lists"):
        with pytest.raises(PayloadTooLarge, match="at most 100000 values"):
            read_json(bodies[name])


def test_a_number_of_many_digits_is_not_parsed_as_an_integer() -> None:
    """Parsing an integer takes time that grows with the square of its digits."""
    assert isinstance(read_json(b'{"seed": %s}' % (b"9" * 401))["seed"], float)
    assert read_json(b'{"seed": %s}' % (b"9" * 400))["seed"] == 10**400 - 1


@pytest.mark.parametrize("path", ["/api/batches", "/v1/batches", "/api/batches/uploads"])
def test_without_a_key_a_huge_body_is_not_read(path: str) -> None:
    """FastAPI reads the body before Easel checks the key."""
    body = worst_bodies.json_bodies(20 * MAX_VALUES)["empty lists"]
    event = {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"content-type": "application/json"},
        "requestContext": {"http": {"method": "POST", "path": path, "sourceIp": "192.0.2.1"}},
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }
    assert handle(router.handler, event, Context("easel-router", 30))["statusCode"] == 413
