"""The job table: conditional writes, lost responses, batch reads, and DynamoDB's errors as Easel's."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import HTTPClientError

from easel.errors import InternalError, RateLimited
from easel.store import table
from tests.harness.cloud import Cut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.harness.cloud import Cloud

pytestmark = pytest.mark.usefixtures("cloud")


def put(item_id: str = "one") -> bool:
    with table.translated_errors("nothing was generated"):
        return table.put({"id": {"S": item_id}}, "attribute_not_exists(id)")


@contextmanager
def losing(cloud: Cloud, operation: str, times: int) -> Iterator[None]:
    """Lose the responses of the operation's first calls, after the calls were carried out."""
    left = iter([Cut()] * times)
    with cloud.rule(f"dynamodb.{operation}", lambda: next(left, None)):
        yield


def test_a_put_is_refused_if_its_condition_fails() -> None:
    assert put()
    assert not put()
    assert (table.get("one") or {})["id"] == {"S": "one"}
    assert table.get("other") is None


@pytest.mark.parametrize("times", [1, 4], ids=["once", "always"])
def test_a_put_recognizes_its_own_lost_response(times: int, cloud: Cloud) -> None:
    with losing(cloud, "PutItem", times):
        assert put()
    assert table.get("one")
    with losing(cloud, "PutItem", 1):
        assert not put()


def test_a_put_without_any_response_raises(cloud: Cloud) -> None:
    with losing(cloud, "PutItem", 4), cloud.rule("dynamodb.GetItem", Cut), pytest.raises(HTTPClientError):
        table.put({"id": {"S": "one"}}, "attribute_not_exists(id)")


def test_an_update_says_whether_its_condition_held() -> None:
    put()
    expression: dict[str, Any] = {"condition": "attribute_exists(id)", "values": {":one": {"N": "1"}}}
    assert table.update("one", "SET made = :one", **expression)
    assert not table.update("other", "SET made = :one", **expression)
    assert table.get("other") is None


def test_reading_many_items_omits_missing_ones() -> None:
    ids = [str(number) for number in range(2 * table.BATCH_SIZE)]
    for item_id in ids[::40]:
        put(item_id)
    assert sorted(item["id"]["S"] for item in table.get_many(ids)) == sorted(ids[::40])
    assert list(table.get_many([])) == []


@pytest.mark.parametrize("code", ["ThrottlingException", "ProvisionedThroughputExceededException"])
def test_only_lasting_throttling_is_an_error(code: str, cloud: Cloud) -> None:
    with cloud.refusing("dynamodb.PutItem", code, times=1):
        assert put()
    with cloud.refusing("dynamodb.PutItem", code), pytest.raises(RateLimited, match="nothing was generated") as caught:
        put("two")
    assert caught.value.retry_after


def test_a_refusing_table_is_an_internal_error(cloud: Cloud) -> None:
    with (
        cloud.refusing("dynamodb.GetItem", "AccessDeniedException"),
        pytest.raises(InternalError, match="AccessDenied"),
        table.translated_errors("try again"),
    ):
        table.get("one")
    with cloud.refusing("dynamodb.PutItem", "ResourceNotFoundException"), pytest.raises(InternalError):
        put()


def test_an_unreachable_table_is_an_internal_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(InternalError, match="could not be reached"):
        put()
