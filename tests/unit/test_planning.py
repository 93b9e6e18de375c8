"""From a manifest to files of jobs: every line is accounted for, and every job appears once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import easel.store.jobs as stored_jobs
import job_groups
import planning
from easel import catalog
from easel.batch import batches, start
from easel.budgets import keys
from easel.common import aws
from easel.common.deadline import Deadline
from easel.errors import InvalidRequest
from easel.settings import settings
from easel.store.payer import Payer
from easel.store.records import GenerationRequest
from tests.harness.batches import World, world
from tests.harness.easel_keys import give_key

if TYPE_CHECKING:
    from easel.batch.batches import Batch

__all__ = ["world"]  # a fixture


def batch_of(world: World, *lines: Any, openai: dict[str, Any] | None = None, key: str | None = None) -> Batch:
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    manifest = world.upload(text.encode())
    etag, size = start.check_manifest(manifest, None)
    batch = batches.new(manifest, etag, size, endpoint="", scheduled=None, openai=openai, started_by=key)
    batches.create(batch)
    return batch


def plan(
    world: World, *lines: Any, openai: dict[str, Any] | None = None, key: str | None = None
) -> tuple[Batch, list[dict[str, Any]]]:
    """Return the planned batch and its plan."""
    batch = batch_of(world, *lines, openai=openai, key=key)
    assert planning.plan(batch, Deadline(800))
    return batches.get(batch.id), list(planning.read_lines(batch.run_key("plan.jsonl")))


def jobs(batch: Batch, provider: str) -> list[dict[str, Any]]:
    return list(planning.read_jobs(batch.run_key(f"{provider}.json")))


def test_every_line_has_an_entry_and_every_picture_a_job(world: World) -> None:
    lines = [
        {"prompt": "one", "id": "first"},
        "no json",
        {"prompt": "many", "provider": "modelscope", "count": 3},
        {"prompt": "", "id": 7},
    ]
    batch, entries = plan(world, *lines)
    assert [entry["line"] for entry in entries] == [1, 2, 3, 4]
    assert [entry.get("count") for entry in entries] == [1, None, 3, None]
    assert [entry["error"]["code"] for entry in entries if "error" in entry] == ["INVALID_REQUEST", "INVALID_PROMPT"]
    assert (entries[0]["id"], entries[3]["id"]) == ("first", "7")
    assert (batch.requests, batch.invalid, batch.jobs) == (6, 2, {"gitee": 1, "modelscope": 3})
    assert [job["id"] for job in jobs(batch, "modelscope")] == [batch.job_id(number) for number in (1, 2, 3)]


def test_a_batch_cannot_use_a_picture_of_another_key(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCESS", "keys")
    monkeypatch.setenv("PICTURES_NEED_KEY", "true")
    settings.cache_clear()
    alice, bob = (keys.id_of(give_key(world.cloud, batches=True)) for _ in range(2))
    drawn = stored_jobs.new(GenerationRequest(provider="gitee", model="z-image-turbo"), payers=[Payer.of_key(alice)])
    stored_jobs.create(drawn)
    line = {"prompt": "a hat", "model": "Qwen-Image-Edit", "image": f"https://easel.test/api/images/{drawn.id}.png"}
    for key, code in ((alice, None), (bob, "INVALID_PARAMS"), (None, None)):
        _, (entry,) = plan(world, line, key=key)
        assert entry.get("error", {}).get("code") == code


def test_copies_of_a_line_have_consecutive_seeds(world: World) -> None:
    batch, _ = plan(world, {"prompt": "a", "seed": 2**31 - 1, "count": 2}, {"prompt": "b", "count": 2})
    given, again, *drawn = [job["request"].get("seed", 0) for job in jobs(batch, "gitee")]
    assert (given, again) == (2**31 - 1, 0)
    assert len(set(drawn)) == 2


def test_a_familys_line_goes_to_a_provider_with_a_token(world: World) -> None:
    aws.ssm().delete_parameter(Name=f"/{world.name}/tokens/gitee")
    world.put("tokens/modelscope", "a-token")
    lines: list[dict[str, Any]] = [
        {"prompt": "a", "provider": "auto", "model": "flux-1-krea"},
        {"prompt": "b", "model": "auto/flux-1-krea", "steps": 50},
        {"prompt": "c", "provider": "auto", "model": "z-image-turbo", "width": 300},
        {"prompt": "d", "provider": "auto", "model": "flux-1-krea", "width": 2048},
        {"prompt": "e", "provider": "auto", "model": "no-family"},
    ]
    batch, entries = plan(world, *lines)
    assert batch.jobs == {"modelscope": 3, "huggingface": 1}
    assert {job["request"]["model"] for job in jobs(batch, "modelscope")} == {"black-forest-labs/FLUX.1-Krea-dev"}
    assert [entry["error"]["code"] for entry in entries if "error" in entry] == ["INVALID_MODEL"]
    warnings = [job.get("warnings", []) for job in jobs(batch, "modelscope")]
    assert [[text.split(":")[0] for text in each] for each in warnings] == [[], [], ["size"]]


def test_planning_twice_writes_the_same_files(world: World) -> None:
    batch, entries = plan(world, {"prompt": "a"}, {"prompt": "b", "count": 2})
    first = jobs(batch, "gitee")
    assert planning.plan(batch, Deadline(800))
    assert jobs(batch, "gitee") == first
    assert list(planning.read_lines(batch.run_key("plan.jsonl"))) == entries


def test_an_invalid_count_or_id_is_an_error_of_its_line(world: World) -> None:
    values: dict[str, list[Any]] = {"count": [0, -1, 1001, 1.5, True, "3", 10**30], "id": [True, 1.5, [], "x" * 201]}
    fields = [(name, value) for name in values for value in values[name]]
    _, entries = plan(world, *({"prompt": "a", name: value} for name, value in fields))
    assert [entry["error"]["details"]["field"] for entry in entries] == [name for name, _ in fields]


def test_a_custom_id_of_an_earlier_line_is_refused(world: World) -> None:
    line = {"method": "POST", "url": "/v1/images/generations", "body": {"prompt": "a"}}
    lines = [{**line, "custom_id": name} for name in ("one", "two", "one", "one")]
    batch, entries = plan(world, *lines, openai={"file": "file-1", "metadata": None})
    assert ["error" in entry for entry in entries] == [False, False, True, True]
    assert entries[2]["error"]["details"]["field"] == "custom_id"
    assert "an earlier line" in entries[2]["error"]["error"]
    assert (batch.requests, batch.invalid) == (4, 2)
    _, entries = plan(world, {"prompt": "a", "id": "one"}, {"prompt": "b", "id": "one"})
    assert not [entry for entry in entries if "error" in entry]


def test_a_manifest_over_the_batch_limit_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "MAX_PICTURES", 5)
    with pytest.raises(InvalidRequest, match="more than 5 pictures"):
        planning.plan(batch_of(world, {"prompt": "a", "count": 6}), Deadline(800))


def test_a_manifest_that_changed_since_its_start_is_refused(world: World) -> None:
    batch = batch_of(world, {"prompt": "a"})
    bucket, key = start.split_address(batch.manifest)
    world.cloud.client("s3").put_object(Bucket=bucket, Key=key, Body=b'{"prompt": "b"}\n')
    with pytest.raises(InvalidRequest, match="changed or removed"):
        planning.plan(batch, Deadline(800))


def test_the_first_round_has_pace_and_function(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    batch, _ = plan(world, {"prompt": "a"})
    assert planning.first_round(batch, "gitee")["concurrency"] == 1  # four at once
    monkeypatch.delenv("GITEE_CONCURRENCY")
    settings.cache_clear()
    first = planning.first_round(batch, "gitee")
    assert first["concurrency"] * job_groups.MAX_CONCURRENT_JOBS == catalog.provider("gitee").concurrency == 10
    assert first["function"] == f"{world.name}-gitee"
    assert (first["round"], first["key"]) == (1, batch.run_key("gitee.json"))


def test_a_providers_file_has_one_group_of_jobs_per_line(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITEE_CONCURRENCY", "3")
    settings.cache_clear()
    batch, _ = plan(world, *({"prompt": f"cat {number}"} for number in range(10)))
    groups = list(planning.read_lines(batch.run_key("gitee.json")))
    assert [len(group["jobs"]) for group in groups] == [3, 6, 1]
    assert [job["id"] for group in groups for job in group["jobs"]] == [batch.job_id(number) for number in range(10)]
