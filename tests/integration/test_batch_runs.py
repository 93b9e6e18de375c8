"""Batches from start to results: the real state machine in moto's interpreter."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from easel.batch import batches, executions, start
from easel.catalog import stored_overlay
from easel.common import aws
from easel.errors import GenerationFailed, InvalidRequest, ProviderUnreachable, RateLimited
from tests.harness.batches import World, worlds
from tests.harness.patience import until
from tests.harness.template import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.harness.cloud import Cloud


@pytest.fixture
def world(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    yield from worlds(cloud, monkeypatch)


def lines(*requests: object) -> bytes:
    return "".join(json.dumps(request) + "\n" for request in requests).encode()


def test_inline_requests_become_results_in_order(world: World) -> None:
    wanted = [{"prompt": "a cat", "id": "first", "seed": 5}, {"prompt": "a dog", "provider": "huggingface"}]
    batch = world.start(requests=wanted)
    first, second = world.run(batch)
    assert (first["line"], first["id"], first["status"], first["seed"]) == (1, "first", "succeeded", 5)
    assert (second["line"], second["id"], second["provider"]) == (2, "2", "huggingface")
    assert first["format"] == "PNG"
    assert first["duration"].endswith("s")
    assert first["url"] == f"https://easel.test/api/images/{first['jobId']}.png"
    assert sorted(world.pictures(batch)) == sorted(f"images/{line['jobId']}.png" for line in (first, second))
    summary = world.summary(batch)
    assert summary["counts"] == {"requests": 2, "succeeded": 2, "failed": 0, "invalid": 0, "cancelled": 0}
    assert batches.get(batch.id).status == "completed"


def test_lines_may_name_models_of_the_owners_catalog(world: World) -> None:
    own = '[[gitee.models]]\nid = "own"\nname = "Own"\nsteps = {min=1, max=9, default=4}\nsides = {min=512, max=512}\n'
    aws.s3().put_object(Bucket=world.bucket, Key=stored_overlay.KEY, Body=own.encode())
    stored_overlay.forget()  # as a new process
    requests = [{"prompt": "a cat", "model": "own"}, {"prompt": "a cat", "model": "own", "width": 1024}]
    drawn, refused = world.run(world.start(requests=requests))
    assert (drawn["status"], drawn["model"]) == ("succeeded", "own")
    assert "whole number from 512 to 512 for own; the nearest is 512" in refused["error"]["message"]


def test_a_csv_reports_each_line_and_stops_at_no_bad_one(world: World) -> None:
    rows = [
        "id,provider,model,prompt,steps,count",
        'eins,gitee,z-image-turbo,"eine Katze, ""süß""\r\nauf zwei Zeilen",9,',
        "zwei,modelscope,,猫,,2",
        "drei,nobody,,a cat,,",
        "vier,gitee,z-image-turbo,a cat,99,",
        'fünf,gitee,,"never closed,,',
        "sechs,huggingface,,émile,,",
    ]
    batch = world.start(manifest=world.upload("\ufeff".encode() + "\r\n".join(rows).encode(), "katzen.csv"))
    results = world.run(batch)
    outcomes = [(line["line"], line["id"], line["status"], line.get("error", {}).get("code")) for line in results]
    assert outcomes == [
        (2, "eins", "succeeded", None),
        (4, "zwei", "succeeded", None),
        (4, "zwei", "succeeded", None),
        (5, "drei", "failed", "INVALID_PROVIDER"),
        (6, "vier", "failed", "INVALID_PARAMS"),
        (7, "7", "failed", "INVALID_REQUEST"),
        (8, "sechs", "succeeded", None),
    ]
    assert world.providers["gitee"].drawn == ['eine Katze, "süß"\r\nauf zwei Zeilen']
    assert world.providers["modelscope"].drawn == ["猫", "猫"]
    assert [line["copy"] for line in results[1:3]] == [1, 2]
    assert world.summary(batch)["counts"] == {
        "requests": 7, "succeeded": 4, "failed": 3, "invalid": 3, "cancelled": 0,
    }  # fmt: skip


def test_copies_of_a_line_with_a_seed_have_the_seeds_that_follow(world: World) -> None:
    batch = world.start(requests=[{"prompt": "a cat", "seed": 7, "count": 3}])
    assert [line["seed"] for line in world.run(batch)] == [7, 8, 9]
    assert len(world.pictures(batch)) == 3


def test_a_provider_without_token_fails_only_its_own_lines(world: World) -> None:
    aws.ssm().delete_parameter(Name=f"/{world.name}/tokens/gitee")
    batch = world.start(requests=[{"prompt": "a cat"}, {"prompt": "a dog", "provider": "modelscope"}])
    first, second = world.run(batch)
    assert (first["status"], first["error"]["code"], second["status"]) == ("failed", "AUTH_REQUIRED", "succeeded")
    assert world.providers["gitee"].calls == []

    world.put("tokens/gitee", "now there is one")
    again = world.start(retry=batch.id)
    assert (again.id, again.run) == (batch.id, 2)
    assert [line["status"] for line in world.run(again)] == ["succeeded", "succeeded"]
    assert len(world.providers["modelscope"].calls) == 1  # only what had failed ran again


def test_a_brief_failure_is_retried_and_a_rejected_prompt_is_not(world: World) -> None:
    tries: dict[str, int] = {}

    def answer(request: object, token: str | None) -> None:
        prompt = getattr(request, "prompt", "")
        tries[prompt] = tries.get(prompt, 0) + 1
        if prompt == "shaky" and tries[prompt] < 4:
            raise ProviderUnreachable("hung up", provider="gitee")
        if prompt == "rude":
            raise GenerationFailed("moderation refused", provider="gitee")
        if prompt == "never":
            raise ProviderUnreachable("hung up", provider="gitee")

    world.providers["gitee"].answer = answer
    batch = world.start(requests=[{"prompt": prompt} for prompt in ("shaky", "rude", "never", "fine")])
    statuses = [(line["status"], line.get("error", {}).get("code")) for line in world.run(batch)]
    assert statuses == [
        ("succeeded", None), ("failed", "GENERATION_FAILED"), ("failed", "UPSTREAM_ERROR"), ("succeeded", None),
    ]  # fmt: skip
    assert tries == {"shaky": 4, "rude": 1, "never": 8, "fine": 1}


def test_a_rate_limited_token_rests_while_the_other_works(world: World) -> None:
    world.put("tokens/gitee", "tired,fresh")

    def answer(request: object, token: str | None) -> None:
        if token == "tired":
            raise RateLimited("slow down", provider="gitee", retry_after=60)

    world.providers["gitee"].answer = answer
    batch = world.start(requests=[{"prompt": f"cat {number}"} for number in range(8)])
    assert {line["status"] for line in world.run(batch)} == {"succeeded"}
    used = [token for _, token in world.providers["gitee"].calls]
    assert used.count("fresh") == 8
    assert 1 <= used.count("tired") <= 4  # as many as were under way at once
    assert len(world.invoked("gitee")) == 8  # the other token takes the job at once


def test_the_same_manifest_and_time_is_the_same_batch(world: World) -> None:
    manifest = world.upload(lines({"prompt": "a cat"}))
    first = world.start(manifest=manifest, scheduledTime="2026-01-01T02:00:00Z")
    assert world.start(manifest=manifest, scheduledTime="2026-01-01T02:00:00Z").id == first.id
    assert world.start(manifest=manifest, scheduledTime="2026-01-02T02:00:00Z").id != first.id
    world.run(first)
    batch = world.start(manifest=manifest, scheduledTime="2026-01-01T02:00:00Z")
    assert (batch.id, batch.run, batch.status) == (first.id, 1, "completed")
    assert len(world.providers["gitee"].drawn) == 2


def test_an_upload_to_the_inbox_starts_a_batch(world: World) -> None:
    key = f"{start.INBOX}{world.name}/my prompts+1.csv"
    aws.s3().put_object(Bucket=world.bucket, Key=key, Body=b"prompt\na cat\n")
    event = json.loads((ROOT / "events/batch-upload.json").read_text())
    event["detail"] |= {"bucket": {"name": world.bucket}, "object": {"key": key, "size": 13}}
    answer = world.invoke(event)
    assert answer["manifest"] == f"s3://{world.bucket}/{key}"
    (line,) = world.run(batches.get(answer["batchId"]))
    assert line["url"].startswith("https://easel.test/api/images/")


def test_a_scheduled_batch_without_manifest_is_an_error(world: World) -> None:
    event = json.loads((ROOT / "events/batch-schedule.json").read_text())
    missing = {**event, "manifest": f"s3://{world.bucket}/manifests/none.csv"}
    for wrong, word in (
        (event, "manifest: must be under"), (missing, "no object"), ({"requests": "many"}, "requests"),
        ({"manifest": world.upload(b"a,b\n1,2\n")}, "column prompt"),
    ):  # fmt: skip
        with pytest.raises(InvalidRequest, match=word):
            world.invoke(wrong)


def test_a_cancelled_batch_stops_and_can_run_again(world: World) -> None:
    world.providers["gitee"].hold(after=4)
    batch = world.start(requests=[{"prompt": f"cat {number}"} for number in range(30)])
    until(lambda: len(world.providers["gitee"].drawn) >= 4)
    executions.cancel(batch.id)
    world.providers["gitee"].release()
    ended = world.finished(batch.id)
    assert ended.status == "cancelled"
    assert len(world.providers["gitee"].calls) <= 4 + 4  # started jobs, four at a time
    statuses = [line["status"] for line in world.results(ended)]
    assert statuses.count("succeeded") == len(world.providers["gitee"].drawn)
    assert statuses.count("cancelled") == 30 - statuses.count("succeeded")

    again = world.start(retry=batch.id)
    assert {line["status"] for line in world.run(again)} == {"succeeded"}
    assert len(world.providers["gitee"].drawn) == 30
    assert len(world.pictures(batch)) == 30
    assert batches.get(batch.id).counts == {
        "requests": 30, "succeeded": 30, "failed": 0, "cancelled": 0, "invalid": 0,
    }  # fmt: skip


def test_the_pace_of_a_provider_holds_over_all_batches(world: World) -> None:
    world.providers["gitee"].hold()
    first, second = (world.start(requests=[{"prompt": f"{who} {n}"} for n in range(8)]) for who in ("cat", "dog"))
    until(lambda: batches.get(first.id).waiting or batches.get(second.id).waiting)
    waiting = {**batches.get(first.id).waiting, **batches.get(second.id).waiting}
    assert "another batch" in waiting["gitee/"]["reason"]
    world.providers["gitee"].release()
    for batch in (first, second):
        assert {line["status"] for line in world.run(batch)} == {"succeeded"}
        assert batches.get(batch.id).waiting == {}
    assert world.providers["gitee"].most <= 4
    drawn = [prompt[:3] for prompt in world.providers["gitee"].drawn]
    assert drawn == [drawn[0]] * 8 + [drawn[-1]] * 8  # one after the other


def test_the_end_is_told_to_eventbridge(world: World) -> None:
    with world.cloud.counting() as calls:
        world.run(world.start(requests=[{"prompt": "a cat"}]))
    assert calls["events.PutEvents"] == 1


def test_a_large_manifest_needs_little_memory() -> None:
    command = [sys.executable, "-m", "tests.bench.batch_planning", "6000", "csv"]
    folders = os.pathsep.join(path for path in sys.path if path)
    said = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": folders}, capture_output=True, text=True, check=True
    ).stdout
    assert "planned 6000 lines" in said
    assert "5940 jobs, 0 of them twice" in said
    assert "reported 6000 lines" in said
    assert float(said.partition("peak memory ")[2].split()[0]) < 200
