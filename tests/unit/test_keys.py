"""Easel keys: their format, the header that carries one, and what the deployment stores."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from easel.budgets import keys
from easel.budgets.keys import Key
from easel.errors import AccessDenied, AccessRefused, KeyRequired

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud

TEXT = keys.make()


def stored(cloud: Cloud, text: str = TEXT, **fields: Any) -> Key:
    key = Key(**{"id": keys.id_of(text), "name": "alice", "created": 1.5, **fields})
    cloud.client("dynamodb").put_item(TableName=cloud.environment["JOBS_TABLE"], Item=key.item())
    return key


def test_a_key_is_random_and_has_a_format_for_scanners() -> None:
    made = {keys.make() for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch(r"ek_[0-9A-Za-z]{36}", text) for text in made)


@pytest.mark.parametrize("required", [True, False])
def test_a_key_is_read_from_either_header(required: bool) -> None:
    for headers in (
        {"authorization": f"Bearer {TEXT}"},
        {"authorization": f"bearer  {TEXT} "},
        {"x-easel-key": f" {TEXT} "},
        {"x-easel-key": TEXT, "authorization": "Bearer a provider's"},
    ):
        assert keys.key_of_headers(headers, required=required) == keys.id_of(TEXT)
    headers = {"authorization": "Bearer local"}  # the key of `make run`
    assert keys.key_of_headers(headers, required=required) == keys.id_of("local")


@pytest.mark.parametrize("header", ["authorization", "x-easel-key"])
@pytest.mark.parametrize(
    "text",
    [
        *(TEXT[:-1], TEXT + "0", "ek_", "ek_" + "é" * 36),
        TEXT[:10] + ("0" if TEXT[10] != "0" else "1") + TEXT[11:],
        TEXT[:3] + TEXT[4] + TEXT[3] + TEXT[5:] if TEXT[3] != TEXT[4] else TEXT[:-1],
    ],
    ids=["cut", "too long", "empty", "not ascii", "changed", "swapped"],  # each test process has another TEXT
)
def test_a_mistyped_key_is_refused_without_a_look_up(header: str, text: str) -> None:
    given = f"Bearer {text}" if header == "authorization" else text
    with pytest.raises(AccessRefused, match="are a checksum") as refusal:
        keys.key_of_headers({header: given}, required=False)
    assert text not in str(refusal.value.body()) or text == "ek_"


def test_another_bearer_is_ignored_unless_a_key_is_required() -> None:
    for bearer in ("Bearer gitee-token-for-tests", "Basic abc", "Bearer", ""):
        assert keys.key_of_headers({"authorization": bearer}, required=False) is None
    with pytest.raises(AccessRefused):
        keys.key_of_headers({"authorization": "Bearer gitee-token-for-tests"}, required=True)
    for headers in ({}, {"authorization": "Basic abc"}, {"x-easel-key": " "}):
        with pytest.raises(KeyRequired, match="make key"):
            keys.key_of_headers(headers, required=True)


def test_a_stored_key_does_not_contain_its_text(cloud: Cloud) -> None:
    key = stored(cloud, day=5, month=50, minute=3, at_once=2, models=("gitee/*", "flux*"), batches=True, until=4e9)
    assert keys.get(key.id) == key
    assert TEXT not in json.dumps(key.item())


@pytest.mark.parametrize(
    ("fields", "words"), [({"revoked": 2.0}, "was revoked"), ({"until": 1e9}, "expired on 2001-09-09 at 01:46 UTC")]
)
def test_a_revoked_or_expired_key_is_refused(fields: dict[str, Any], words: str, cloud: Cloud) -> None:
    key = stored(cloud, **fields)
    with pytest.raises(AccessRefused, match=words):
        keys.get(key.id)
    with pytest.raises(AccessRefused, match="does not know"):
        keys.get(keys.id_of(keys.make()))


@pytest.mark.parametrize(
    ("patterns", "allowed"),
    [
        *((patterns, True) for patterns in ("*", "gitee/*", "*/z-image-turbo", "z-image*", "hf/* gitee/z-image-turbo")),
        *((patterns, False) for patterns in ("huggingface/*", "flux*", "gitee", "")),
    ],
)
def test_patterns_say_which_models_a_key_may_use(patterns: str, allowed: bool) -> None:
    key = Key(id="x", name="alice", created=1.0, models=tuple(patterns.split()))
    assert key.may_use("gitee", "z-image-turbo") == allowed
    if not allowed:
        with pytest.raises(AccessDenied, match="may not use gitee/z-image-turbo"):
            key.check_model("gitee", "z-image-turbo")
