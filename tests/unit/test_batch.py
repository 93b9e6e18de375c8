"""The batch function: how a batch is started, and the errors that it raises to its invoker."""

from __future__ import annotations

import json
from typing import Any

import pytest

import batch as function
from easel.batch import batches, executions, start
from easel.errors import EaselError, InvalidRequest, NotFound
from tests.harness.batches import World, world
from tests.harness.functions import Context
from tests.harness.python_words import PYTHON

__all__ = ["world"]  # a fixture


def handle(event: Any) -> Any:
    return function.handler(event, Context("batch", 900))


def test_an_upload_to_the_inbox_starts_a_batch(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executions, "execute", lambda batch: None)
    key = f"{start.INBOX}{world.name}.jsonl"
    world.cloud.client("s3").put_object(Bucket=world.bucket, Key=key, Body=json.dumps({"prompt": "a"}).encode())
    event = {"source": "aws.s3", "detail": {"bucket": {"name": world.bucket}, "object": {"key": key}}}
    answer = handle(event)
    assert answer["manifest"] == f"s3://{world.bucket}/{key}"
    assert batches.get(answer["batchId"]).status == "planning"


@pytest.mark.parametrize(
    ("event", "error"),
    [
        ({}, InvalidRequest),
        (5, InvalidRequest),
        ([], InvalidRequest),
        ({"source": "aws.s3"}, InvalidRequest),
        ({"source": "aws.s3", "detail": {"bucket": 5, "object": {}}}, InvalidRequest),
        ({"requests": json.loads("[" * 300 + "]" * 300)}, InvalidRequest),
        ({"manifest": "s3://strange/x.csv"}, InvalidRequest),
        ({"retry": "nobody"}, NotFound),
        ({"step": "plan", "batch": "nobody", "run": 1}, NotFound),
    ],
)
def test_an_invalid_batch_request_raises(event: Any, error: type[EaselError], world: World) -> None:
    with pytest.raises(error) as caught:
        handle(event)
    assert not PYTHON.search(caught.value.message)


def test_a_step_of_another_run_is_refused(world: World) -> None:
    batch = batches.new(f"s3://b/{world.name}", "e", 1, endpoint="", scheduled=None)
    batches.create(batch)
    with pytest.raises(InvalidRequest, match="run 1, not 2"):
        handle({"step": "plan", "batch": batch.id, "run": 2})


@pytest.mark.parametrize(
    ("status", "becomes"), [("ABORTED", "cancelled"), ("FAILED", "failed"), ("TIMED_OUT", "failed")]
)
def test_a_failed_execution_closes_its_batch(
    status: str, becomes: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[str] = []
    monkeypatch.setattr(executions, "stop", lambda batch: stopped.append(batch.id))
    batch = batches.new(f"s3://b/{world.name}", "e", 1, endpoint="", scheduled=None)
    batches.create(batch)
    told = {"input": json.dumps({"batch": batch.id, "run": 1}), "status": status}
    handle({"source": "aws.states", "detail": {**told, "executionArn": f"{batch.execution}-end"}})
    assert (batches.get(batch.id).status, stopped) == ("planning", [])
    handle({"source": "aws.states", "detail": {**told, "executionArn": batch.execution}})
    assert (batches.get(batch.id).status, stopped) == (becomes, [batch.id])
