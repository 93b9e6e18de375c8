"""Turns at a provider: one batch works there at a time, so that all batches together keep the provider's pace.

The item `turn#{provider}` holds a queue of executions, each with its batch and its waiting task's token. The first
execution has the turn. When it leaves, the next execution's task is completed. A waiting batch costs nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from easel import catalog
from easel.batch import batches
from easel.batch.batches import DAY, LASTS_DAYS, Batch
from easel.common import aws
from easel.common.telemetry import logger
from easel.store import versioned_items

QueueEntry = dict[str, str]


def take(batch: Batch, provider: str, execution: str, token: str) -> None:
    """Add the execution to the queue. Complete its task when its turn comes, which may be at once."""
    own = {"execution": execution, "token": token, "batch": batch.id}

    def join(line: list[QueueEntry]) -> list[QueueEntry]:
        renewed = [own if entry["execution"] == execution else entry for entry in line]
        return renewed if own in renewed else [*line, own]

    line = _change(provider, join)
    while line[0]["execution"] != execution and not _runs(line[0]["execution"]):
        logger.warning("an execution ended without leaving", extra={"execution": line[0]["execution"]})
        line = _change(provider, _without(line[0]["execution"]))
    if line[0]["execution"] == execution:
        batches.end_turn_wait(batch, provider)
        _complete(token)
    else:
        name = catalog.name_of(provider)
        reason = f"another batch is at work at {name}; this one is next in turn"
        batches.set_waiting(batch, provider, "", None, reason, "turn")


def leave(provider: str, execution: str) -> None:
    """Remove the execution from the queue. If it had the turn, pass the turn on."""
    had_turn = False

    def out(line: list[QueueEntry]) -> list[QueueEntry]:
        nonlocal had_turn
        had_turn = bool(line) and line[0]["execution"] == execution
        return _without(execution)(line)

    line = _change(provider, out)
    if had_turn and line:
        batches.end_turn_wait(batches.get(line[0]["batch"]), provider)
        if not _complete(line[0]["token"]):
            leave(provider, line[0]["execution"])  # that execution was stopped while it waited


def _without(execution: str) -> Callable[[list[QueueEntry]], list[QueueEntry]]:
    return lambda line: [entry for entry in line if entry["execution"] != execution]


def _change(provider: str, decide: Callable[[list[QueueEntry]], list[QueueEntry]]) -> list[QueueEntry]:
    """Change a provider's queue and return it."""

    def decide_fields(fields: versioned_items.Fields | None) -> versioned_items.Fields | None:
        line = list(fields["line"]) if fields else []
        return {"line": after} if (after := decide(line)) != line else None

    stored = versioned_items.change(f"turn#{provider}", decide_fields, lambda _: time.time() + 2 * LASTS_DAYS * DAY)
    return list(stored.get("line", ()))


def _complete(token: str) -> bool:
    """Complete the waiting task with this token. Return False if it no longer waits."""
    client = aws.stepfunctions()
    try:
        client.send_task_success(taskToken=token, output="{}")
    except (client.exceptions.TaskDoesNotExist, client.exceptions.TaskTimedOut, client.exceptions.InvalidToken):
        return False
    return True


def _runs(execution: str) -> bool:
    client = aws.stepfunctions()
    try:
        return bool(client.describe_execution(executionArn=execution)["status"] == "RUNNING")
    except client.exceptions.ExecutionDoesNotExist:
        return False
