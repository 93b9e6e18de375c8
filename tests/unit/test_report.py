"""The results of a batch: one line for each picture, in the manifest's order, with its outcome."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

import planning
import report
from easel.batch import batches, claims
from easel.errors import PromptRejected
from easel.store import jobs, table
from easel.store.records import Job, Result
from tests.harness.batches import World, png, world

if TYPE_CHECKING:
    from easel.batch.batches import Batch
    from easel.batch.claims import Claim

__all__ = ["world"]  # a fixture

RESULT = Result(key="images/b.png", format="PNG", width=64, height=48, size=1, seed=7, seconds=1.5)


@pytest.fixture
def batch(world: World) -> Batch:
    """Two pictures of one line, an invalid line, and a third picture."""
    lines = [{"prompt": "two", "count": 2, "id": "cats"}, {"prompt": ""}, {"prompt": "one"}]
    return world.planned(lines, "https://easel.test")


def take(batch: Batch, number: int, until: float = 60) -> Claim:
    found = list(planning.read_jobs(batch.run_key("gitee.json")))[number]
    job = Job.from_json({**found, "created": time.time(), "deadline": time.time() + 99, "batch": batch.id})
    return claims.take(job, 1, worker=f"child:{number}", dead="", until=time.time() + until)


def results(world: World, batch: Batch) -> list[dict[str, Any]]:
    text = world.cloud.object(batch.key("results.jsonl"))["Body"].decode()
    return [json.loads(line) for line in text.splitlines()]


def test_each_line_has_its_result(world: World, batch: Batch) -> None:
    claims.succeed(take(batch, 0), RESULT, ("a warning",))
    claims.fail(take(batch, 1), PromptRejected("no", provider="gitee"))
    claims.succeed(take(batch, 2), RESULT, ())
    assert report.report(batch) == (0, 0)
    first, second, bad, third = results(world, batch)
    assert (first["id"], first["copy"], first["line"]) == ("cats", 1, 1)
    assert first["url"] == "https://easel.test/api/images/b.png"
    assert (first["dimensions"], first["duration"], first["warnings"]) == ("64 x 48 (4:3)", "1.5s", ["a warning"])
    assert second["error"] == {"code": "PROMPT_REJECTED", "message": "no", "provider": "gitee"}
    assert (bad["line"], bad["error"]["code"]) == (2, "INVALID_PROMPT")
    assert (third["id"], third["status"]) == ("3", "succeeded")
    ended = batches.get(batch.id)
    assert ended.status == "completed"
    assert ended.counts == {"requests": 4, "succeeded": 2, "failed": 2, "cancelled": 0, "invalid": 1}
    summary = json.loads(world.cloud.object(batch.key("summary.json"))["Body"])
    assert summary["errors"] == {"PROMPT_REJECTED": 1, "INVALID_PROMPT": 1}


def test_outcomes_of_earlier_versions_are_read(world: World, batch: Batch) -> None:
    claims.succeed(take(batch, 0), RESULT.replace(space="https://x.hf.space"), ("a warning",))
    claims.fail(take(batch, 1), PromptRejected("no", provider="gitee"))
    with world.cloud.counting() as calls:
        report.report(batch)
    before = results(world, batch)
    assert calls["dynamodb.BatchGetItem"] == 1
    for line in before:
        if claim := claims.read(line.get("jobId", "")):
            text = table.json_text(claim.job.to_json(), *jobs.OUTCOME)
            table.update(claim.job.id, "SET outcome = :text", condition="version > :none", values={
                ":text": {"S": text}, ":none": {"N": "0"}
            })  # fmt: skip
    report.report(batch)
    assert results(world, batch) == before
    assert [line["status"] for line in before] == ["succeeded", "failed", "failed", "failed"]


def test_an_error_of_an_earlier_run_is_not_reported(world: World, batch: Batch) -> None:
    claims.fail(take(batch, 0), PromptRejected("no", provider="gitee"))
    claims.succeed(take(batch, 1), RESULT, ())
    again = batch.replace(run=2)
    bucket, client = world.bucket, world.cloud.client("s3")
    source = {"Bucket": bucket, "Key": batch.run_key("plan.jsonl")}
    client.copy_object(Bucket=bucket, Key=again.run_key("plan.jsonl"), CopySource=source)
    report.report(again)
    first, second, *_ = results(world, batch)
    assert (first["error"]["code"], second["status"]) == ("NOT_RUN", "succeeded")


def test_running_jobs_are_waited_for(batch: Batch) -> None:
    take(batch, 0)
    seconds, missing = report.report(batch)
    assert 0 < seconds <= report.LOOK_SECONDS
    assert missing == 0
    assert batches.get(batch.id).finished is None


def test_unfinished_jobs_are_counted(world: World, batch: Batch) -> None:
    assert report.report(batch) == (0, 3)
    assert [line["error"]["code"] for line in results(world, batch)].count("NOT_RUN") == 3


def test_a_cancelled_batchs_queued_jobs_are_cancelled(world: World, batch: Batch) -> None:
    batches.cancel(batch)
    assert report.report(batches.get(batch.id)) == (0, 0)
    assert [line["status"] for line in results(world, batch)] == ["cancelled", "cancelled", "failed", "cancelled"]


def test_the_picture_of_a_dead_worker_is_recovered(world: World, batch: Batch) -> None:
    claim = take(batch, 0, until=-1)
    bucket, key = world.bucket, f"images/{claim.job.id}.png"
    world.cloud.client("s3").put_object(Bucket=bucket, Key=key, Body=png(), Metadata={"seed": "7"})
    report.report(batch)
    first = results(world, batch)[0]
    assert (first["status"], first["seed"]) == ("succeeded", 7)
