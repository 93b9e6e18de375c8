"""Executions of the state machine: one for each run of a batch, and one that reports a stopped run."""

from __future__ import annotations

import json
from contextlib import suppress

from easel.batch import batches
from easel.batch.batches import Batch
from easel.common import aws
from easel.errors import InvalidSetting
from easel.settings import settings


def execute(batch: Batch, name: str = "") -> None:
    """Start an execution for the batch's present run. It is named after the run, so a second call does nothing."""
    if not settings().batch_machine:
        raise InvalidSetting("the setting BATCH_MACHINE must hold the ARN of the state machine that runs batches")
    client = aws.stepfunctions()
    try:
        client.start_execution(
            stateMachineArn=settings().batch_machine,
            name=f"{batch.id}-{batch.run}{name}",
            input=json.dumps({"batch": batch.id, "run": batch.run}),
        )
    except client.exceptions.ExecutionAlreadyExists:
        return


def stop(batch: Batch) -> None:
    """Stop the execution of a cancelled or failed batch. A second execution waits for its jobs and reports."""
    client = aws.stepfunctions()
    ended = (client.exceptions.ExecutionDoesNotExist, client.exceptions.ValidationException)
    with suppress(*ended):
        client.stop_execution(executionArn=batch.execution)
    execute(batch, "-end")


def cancel(batch_id: str) -> Batch:
    """Cancel a batch: its waiting jobs do not start. Return an ended batch unchanged. Raise `NotFound`."""
    batch = batches.get(batch_id)
    batches.cancel(batch)
    batch = batches.get(batch_id)
    if batch.status == "cancelled" and not batch.finished:
        stop(batch)
    return batch
