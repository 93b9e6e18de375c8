"""Easel keys for tests: stored in a table as `make key` stores them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from easel.budgets import keys
from easel.budgets.keys import Key

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud


def give_key(cloud: Cloud, text: str = "", **fields: Any) -> str:
    """Store a key and return its text. Without `text`, the key is new."""
    made = text or keys.make()
    store(cloud, Key(**{"id": keys.id_of(made), "name": "alice", "created": 1.0, **fields}))
    return made


def store(cloud: Cloud, key: Key) -> None:
    cloud.client("dynamodb").put_item(TableName=cloud.environment["JOBS_TABLE"], Item=key.item())


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}
