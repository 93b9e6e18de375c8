"""Batches from start to results, with the real state machine in moto's interpreter."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from easel.batch import batches, executions
from easel.catalog import stored_overlay
from easel.common import aws
from easel.errors import GenerationFailed, ProviderUnreachable
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
    own = '[[gitee.models]]\nid = "own"\nname = "Own"\nsteps = {min=1, max=9, default=4}\nsides = {min=512, max=512}\n'
    aws.s3().put_object(Bucket=world.bucket, Key=stored_overlay.KEY, Body=own.encode())
    stored_overlay.forget()  # as in a new process
    wanted: list[dict[str, Any]] = [
        {"prompt": "a cat", "id": "first", "seed": 5, "count": 3},
        {"prompt": "a dog", "provider": "huggingface"},
        {"prompt": "by a model of the owner's catalog", "model": "own"},
        {"prompt": "too wide for it", "model": "own", "width": 1024},
    ]
    with world.cloud.counting() as calls:
        batch = world.start(requests=wanted)
        results = world.run(batch)
    first, dog, own_model, refused = results[0], *results[3:]
    assert [line["seed"] for line in results[:3]] == [5, 6, 7]
    assert (first["line"], first["id"], first["status"], first["format"]) == (1, "first", "succeeded", "PNG")
    assert (dog["line"], dog["id"], dog["provider"]) == (2, "2", "huggingface")
    assert (own_model["status"], own_model["model"]) == ("succeeded", "own")
    assert "whole number from 512 to 512 for own; the nearest is 512" in refused["error"]["message"]
    assert first["duration"].endswith("s")
    assert first["url"] == f"https://easel.test/api/images/{first['jobId']}.png"
    assert sorted(world.pictures(batch)) == sorted(f"images/{line['jobId']}.png" for line in results[:5])
    counts = {"requests": 6, "succeeded": 5, "failed": 1, "invalid": 1, "cancelled": 0}
    assert world.summary(batch)["counts"] == counts
    assert batches.get(batch.id).status == "completed"
    assert calls["events.PutEvents"] == 1  # this event reports the end


def test_an_invalid_csv_row_does_not_stop_the_batch(world: World) -> None:
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
    assert len(world.providers["modelscope"].calls) == 1  # only the failed lines ran again


def test_transient_failures_are_retried_and_rejections_are_not(world: World) -> None:
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


def test_the_same_manifest_and_time_give_one_batch(world: World) -> None:
    manifest = world.upload(lines({"prompt": "a cat"}))
    first = world.start(manifest=manifest, scheduledTime="2026-01-01T02:00:00Z")
    assert world.start(manifest=manifest, scheduledTime="2026-01-01T02:00:00Z").id == first.id
    assert world.start(manifest=manifest, scheduledTime="2026-01-02T02:00:00Z").id != first.id
    world.run(first)
    batch = world.start(manifest=manifest, scheduledTime="2026-01-01T02:00:00Z")
    assert (batch.id, batch.run, batch.status) == (first.id, 1, "completed")
    assert len(world.providers["gitee"].drawn) == 2


def test_a_cancelled_batch_stops_and_can_run_again(world: World) -> None:
    world.providers["gitee"].hold(after=4)
    batch = world.start(requests=[{"prompt": f"cat {number}"} for number in range(16)])
    until(lambda: len(world.providers["gitee"].drawn) >= 4)
    executions.cancel(batch.id)
    world.providers["gitee"].release()
    ended = world.finished(batch.id)
    assert ended.status == "cancelled"
    assert len(world.providers["gitee"].calls) <= 4 + 4  # the started jobs, four at a time
    statuses = [line["status"] for line in world.results(ended)]
    assert statuses.count("succeeded") == len(world.providers["gitee"].drawn)
    assert statuses.count("cancelled") == 16 - statuses.count("succeeded")

    again = world.start(retry=batch.id)
    assert {line["status"] for line in world.run(again)} == {"succeeded"}
    assert len(world.providers["gitee"].drawn) == 16
    assert len(world.pictures(batch)) == 16
    assert batches.get(batch.id).counts == {
        "requests": 16, "succeeded": 16, "failed": 0, "cancelled": 0, "invalid": 0,
    }  # fmt: skip


def test_the_pace_of_a_provider_holds_over_all_batches(world: World) -> None:
    world.providers["gitee"].hold()
    first, second = (world.start(requests=[{"prompt": f"{who} {n}"} for n in range(6)]) for who in ("cat", "dog"))
    until(lambda: batches.get(first.id).waiting or batches.get(second.id).waiting)
    waiting = {**batches.get(first.id).waiting, **batches.get(second.id).waiting}
    assert "another batch" in waiting["gitee/"]["reason"]
    world.providers["gitee"].release()
    for batch in (first, second):
        assert {line["status"] for line in world.run(batch)} == {"succeeded"}
        assert batches.get(batch.id).waiting == {}
    assert world.providers["gitee"].most <= 4
    drawn = [prompt[:3] for prompt in world.providers["gitee"].drawn]
    assert drawn == [drawn[0]] * 6 + [drawn[-1]] * 6  # one after the other


def test_a_large_manifest_needs_little_memory() -> None:
    command = [sys.executable, "-m", "tests.bench.batch_planning", "2000", "csv"]
    folders = os.pathsep.join(path for path in sys.path if path)
    said = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": folders}, capture_output=True, text=True, check=True
    ).stdout
    assert "planned 2000 lines" in said
    assert "1980 jobs, 0 of them twice" in said
    assert "reported 2000 lines" in said
    assert float(said.partition("peak memory ")[2].split()[0]) < 200
