"""Starting a batch: what may be asked, and where manifests may lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from easel.batch import start
from easel.batch.start import BatchRequest
from easel.errors import InvalidRequest
from easel.settings import settings

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud


@pytest.fixture(autouse=True)
def _buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGES_BUCKET", "own")
    monkeypatch.setenv("MANIFEST_BUCKET", "other")
    settings.cache_clear()


@pytest.mark.parametrize(
    "fields",
    [
        {"requests": [{"prompt": "a cat"}]},
        {"manifest": "s3://own/manifests/x.csv", "scheduledTime": "tonight"},
        {"retry": "b1"},
    ],
)
def test_a_request_names_what_it_starts(fields: dict[str, Any]) -> None:
    assert BatchRequest.read(fields).model_dump(by_alias=True, exclude_none=True) == fields


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "body"),
        ({"requests": [1], "retry": "b1"}, "body"),
        ({"requests": []}, "requests"),
        ({"requests": "all"}, "requests"),
        ({"manifest": 1}, "manifest"),
        ({"retry": "b1", "mood": "fine"}, "mood"),
        ({"manifest": "s3://own/manifests/x.csv", "scheduledTime": "x" * 101}, "scheduledTime"),
    ],
)
def test_a_request_that_starts_nothing_names_the_field(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        BatchRequest.read(fields)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("manifest", "place"),
    [
        ("s3://own/manifests/nightly.csv", ("own", "manifests/nightly.csv")),
        ("s3://own/batches/inbox/a?b#c.jsonl", ("own", "batches/inbox/a?b#c.jsonl")),
        ("s3://other/anywhere.csv", ("other", "anywhere.csv")),
    ],
)
def test_a_manifest_lies_where_batches_may_read(manifest: str, place: tuple[str, str]) -> None:
    assert start.place(manifest) == place


@pytest.mark.parametrize(
    "manifest",
    ["", "prompts.csv", "s3://own", "s3://own/", "https://own/x.csv", "s3://own/images/x.png", "s3://strange/x.csv"],
)
def test_a_manifest_elsewhere_is_refused(manifest: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        start.place(manifest)
    assert caught.value.field == "manifest"


def test_a_manifest_that_is_not_there_is_told(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = cloud.environment["IMAGES_BUCKET"]
    monkeypatch.setenv("IMAGES_BUCKET", bucket)
    settings.cache_clear()
    with pytest.raises(InvalidRequest, match="there is no object"):
        start.start(BatchRequest.read({"manifest": f"s3://{bucket}/manifests/none.csv"}), "")
