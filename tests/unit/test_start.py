"""Starting a batch: valid requests, and allowed places of manifests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from easel.batch import object_keys, start
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
def test_a_request_names_its_manifest(fields: dict[str, Any]) -> None:
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
        ({"retry": "b1", "scheduledTime": "x" * 101}, "scheduledTime"),
    ],
)
def test_an_invalid_request_error_names_the_field(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        BatchRequest.read(fields)
    assert caught.value.field == field


KEY, OTHERS = "a" * 64, "b" * 64
MINE = f"batches/uploads/{'a' * 24}/"
ANYBODYS = ["manifests/nightly.csv", "manifests/a?b#c.jsonl"]
OWNERS = ["batches/inbox/today.csv", "batches/uploads/5d41/prompts.csv", f"{MINE}5d41/prompts.csv"]
NOBODYS = ["images/x.png", "batches/b01/results.jsonl", "batches/b01/run-1/plan.jsonl", "batches/children/x", "other/x"]


def test_an_owner_may_use_manifests_inbox_and_uploads() -> None:
    for name in (*ANYBODYS, *OWNERS):
        assert start.check_access(f"s3://own/{name}", None) == ("own", name)


def test_a_key_may_use_its_own_uploads() -> None:
    for name in (f"{MINE}5d41/prompts.csv", f"{MINE}file-0/batch/a"):
        assert start.check_access(f"s3://own/{name}", KEY) == ("own", name)


LISTED = "manifests/team/, s3://own/manifests/a?b#c.jsonl,s3://other/daily/,s3://other/one.csv"


@pytest.mark.parametrize(
    "manifest", ["own/manifests/team/x.csv", "own/manifests/a?b#c.jsonl", "other/daily/x.csv", "other/one.csv"]
)
def test_a_key_may_use_the_places_in_the_setting(manifest: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidRequest, match=r"must be an upload of this key \(see POST /api/batches/uploads\)$"):
        start.check_access(f"s3://{manifest}", KEY)
    monkeypatch.setenv("KEY_MANIFESTS", LISTED)
    assert "/".join(start.check_access(f"s3://{manifest}", KEY)) == manifest


UNLISTED = [
    *(f"own/{name}" for name in (*NOBODYS, "manifests/nightly.csv", "batches/inbox/today.csv")),
    *(f"own/batches/uploads/{name}" for name in (f"{OTHERS[:24]}/5d41/prompts.csv", "5d41/prompts.csv")),
    *(f"own/{MINE}../{OTHERS[:24]}/5d41/prompts.csv", f"own/{MINE[:-1]}b/5d41/prompts.csv"),
    *(f"own/manifests/team/../../batches/uploads/{OTHERS[:24]}/x", "own/manifests/team/../nightly.csv"),
    *("own/manifests/team/./x.csv", "own//manifests/team/x.csv", "own/manifests//team/x.csv"),
    *("own/manifests%2fteam/x.csv", "own/Manifests/team/x.csv", "own/manifests/teams.csv", "own/manifests/team"),
    *("other/daily/../secret.csv", "other/one.csv.old", "other/two.csv", "others/daily/x.csv"),
]


@pytest.mark.parametrize("listed", ["", LISTED, "s3://own/batches/,s3://own/images/"])
def test_a_key_may_not_use_other_keys_places(listed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY_MANIFESTS", listed)
    for manifest in UNLISTED:
        with pytest.raises(InvalidRequest, match="must be an upload of this key") as caught:
            start.check_access(f"s3://{manifest}", KEY)
        assert all(entry.strip() in caught.value.message for entry in listed.split(","))


def test_a_manifest_elsewhere_is_refused() -> None:
    strange = ["", "prompts.csv", "s3://own", "s3://own/", "https://own/x.csv", "s3://strange/x.csv"]
    for manifest in (*strange, *(f"s3://own/{name}" for name in NOBODYS)):
        for key in (None, KEY):
            with pytest.raises(InvalidRequest) as caught:
                start.check_access(manifest, key)
            assert caught.value.field == "manifest"


@pytest.fixture
def bucket(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> str:
    """The deployment's own bucket, which is readable."""
    name = cloud.environment["IMAGES_BUCKET"]
    monkeypatch.setenv("IMAGES_BUCKET", name)
    settings.cache_clear()
    return name


def test_the_refusal_of_a_manifest_shows_none_of_its_text(
    bucket: str, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEY_MANIFESTS", start.MANIFESTS)
    for name, content in (("a.csv", b"a secret,b\n1,2\n"), ("b.csv", b"secret" * 20_000), ("c.jsonl", b"secret\n")):
        cloud.client("s3").put_object(Bucket=bucket, Key=f"manifests/{name}", Body=content)
        with pytest.raises(InvalidRequest, match="must be JSON Lines, or CSV") as caught:
            start.start(BatchRequest.read({"manifest": f"s3://{bucket}/manifests/{name}"}), "", KEY)
        assert "secret" not in str(caught.value.body())


def test_a_files_name_is_never_only_dots() -> None:
    for name in ("..", ".", "...", ""):
        assert object_keys.safe_name(name) == "-"
        assert object_keys.safe_name(f"{name}/../a b.csv").endswith("-..-a-b.csv")


def test_a_missing_manifest_is_an_error(bucket: str) -> None:
    with pytest.raises(InvalidRequest, match="does not exist; upload it"):
        start.start(BatchRequest.read({"manifest": f"s3://{bucket}/manifests/none.csv"}), "")
