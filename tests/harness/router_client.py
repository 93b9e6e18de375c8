"""The router as a client that compares every answer with `/openapi.json`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from router import app
from tests.harness.openapi_check import Description

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.harness.cloud import Cloud

HOST = "https://easel.test"


def description() -> Description:
    """Return a description that has seen no answer yet."""
    return Description(app.openapi())


@contextmanager
def checked_client(headers: dict[str, str] | None = None, described: Description | None = None) -> Iterator[TestClient]:
    """Yield a client that sends these headers and follows no redirect."""
    made = TestClient(app, HOST, headers=headers, follow_redirects=False)
    with made as client, (described or description()).watching(client):
        yield client


@pytest.fixture
def client(cloud: Cloud) -> Iterator[TestClient]:
    """The router on an empty AWS."""
    with checked_client() as made:
        yield made
