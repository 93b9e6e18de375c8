"""Executions of the state machine: one for each run of a batch, and one that reports a stopped run."""

from __future__ import annotations

import json
from contextlib import suppress

from easel.batch import batches
from easel.batch.batches import Batch
from easel.common import aws
from easel.errors import InvalidSetting
from easel.settings import settings


def execute(batch: Batch, suffix: str = "") -> None:
    """Start an execution for the batch's present run. Do nothing if it exists.

    The execution's name is that of the run with `suffix`. Raise `InvalidSetting` if no state machine is set.
    """
    if not settings().batch_machine:
        raise InvalidSetting("the setting BATCH_MACHINE must be the ARN of the state machine that runs batches")
    client = aws.stepfunctions()
    try:
        client.start_execution(
            stateMachineArn=settings().batch_machine,
            name=f"{batch.id}-{batch.run}{suffix}",
            input=json.dumps({"batch": batch.id, "run": batch.run}),
        )
    except client.exceptions.ExecutionAlreadyExists:
        return


def stop(batch: Batch) -> None:
    """Stop the execution of a cancelled or failed batch. Start one that waits for running jobs and reports."""
    client = aws.stepfunctions()
    ended = (client.exceptions.ExecutionDoesNotExist, client.exceptions.ValidationException)
    with suppress(*ended):
        client.stop_execution(executionArn=batch.execution)
    execute(batch, "-end")


def cancel(batch_id: str) -> Batch:
    """Cancel a batch, so that its waiting jobs do not start. Return the batch; an ended one is unchanged.

    Raise `NotFound` if no batch has the id.
    """
    batch = batches.get(batch_id)
    batches.cancel(batch)
    batch = batches.get(batch_id)
    if batch.status == "cancelled" and not batch.finished:
        stop(batch)
    return batch
