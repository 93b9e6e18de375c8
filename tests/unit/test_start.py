"""Starting a batch: what may be asked, and where manifests may lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from easel.batch import batches, start
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


KEY, OTHERS = "a" * 64, "b" * 64
MINE = f"batches/uploads/{'a' * 24}/"
ANYBODYS = ["manifests/nightly.csv", "manifests/a?b#c.jsonl"]
OWNERS = ["batches/inbox/today.csv", "batches/uploads/5d41/prompts.csv", f"{MINE}5d41/prompts.csv"]
NOBODYS = ["images/x.png", "batches/b01/results.jsonl", "batches/b01/run-1/plan.jsonl", "batches/children/x", "other/x"]


@pytest.mark.parametrize("name", [*ANYBODYS, *OWNERS])
def test_an_owner_may_name_manifests_inbox_and_uploads(name: str) -> None:
    assert start.check_place(f"s3://own/{name}", None) == ("own", name)


@pytest.mark.parametrize("name", [*ANYBODYS, f"{MINE}5d41/prompts.csv", f"{MINE}file-0/batch/a"])
def test_a_key_may_name_manifests_and_its_own_uploads(name: str) -> None:
    assert start.check_place(f"s3://own/{name}", KEY) == ("own", name)
    assert start.check_place("s3://other/anywhere.csv", KEY) == ("other", "anywhere.csv")


@pytest.mark.parametrize(
    "name",
    [
        *NOBODYS,
        "batches/inbox/today.csv",
        f"batches/uploads/{OTHERS[:24]}/5d41/prompts.csv",
        "batches/uploads/5d41/prompts.csv",
        f"{MINE}../{OTHERS[:24]}/5d41/prompts.csv",
        f"{MINE[:-1]}b/5d41/prompts.csv",
        f"manifests/../batches/uploads/{OTHERS[:24]}/x",
    ],
)
def test_a_key_may_name_nothing_of_anothers(name: str) -> None:
    with pytest.raises(InvalidRequest, match=r"an upload of this key .* s3://own/manifests/, or lie in s3://other/"):
        start.check_place(f"s3://own/{name}", KEY)


@pytest.mark.parametrize(
    "manifest",
    ["", "prompts.csv", "s3://own", "s3://own/", "https://own/x.csv", "s3://strange/x.csv"]
    + [f"s3://own/{name}" for name in NOBODYS],
)
def test_a_manifest_elsewhere_is_refused(manifest: str) -> None:
    for key in (None, KEY):
        with pytest.raises(InvalidRequest) as caught:
            start.check_place(manifest, key)
        assert caught.value.field == "manifest"


def test_the_refusal_of_a_manifest_shows_nothing_of_it(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = cloud.environment["IMAGES_BUCKET"]
    monkeypatch.setenv("IMAGES_BUCKET", bucket)
    settings.cache_clear()
    for name, content in (("a.csv", b"a secret,b\n1,2\n"), ("b.csv", b"secret" * 20_000), ("c.jsonl", b"secret\n")):
        cloud.client("s3").put_object(Bucket=bucket, Key=f"manifests/{name}", Body=content)
        with pytest.raises(InvalidRequest, match="neither") as caught:
            start.start(BatchRequest.read({"manifest": f"s3://{bucket}/manifests/{name}"}), "", KEY)
        assert "secret" not in str(caught.value.body())


@pytest.mark.parametrize("name", ["..", ".", "...", ""])
def test_a_files_name_is_never_dots_alone(name: str) -> None:
    assert batches.safe_name(name) == "-"
    assert batches.safe_name(f"{name}/../a b.csv").endswith("-..-a-b.csv")


def test_a_manifest_that_is_not_there_is_told(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = cloud.environment["IMAGES_BUCKET"]
    monkeypatch.setenv("IMAGES_BUCKET", bucket)
    settings.cache_clear()
    with pytest.raises(InvalidRequest, match="there is no object"):
        start.start(BatchRequest.read({"manifest": f"s3://{bucket}/manifests/none.csv"}), "")
