"""Queue of batches at a provider: one batch runs there at a time, so that the provider's concurrency limit holds.

The table item `turn#{provider}` is a queue of executions, each with its batch and its waiting task's token. The first
execution has the turn. When it leaves, the next execution's task is completed. A waiting batch costs nothing.

An execution has a branch for each provider of its plan. That provider is the branch's home. For a family's jobs, a
branch may need a turn at another provider, so an execution may be in one queue several times, with different homes.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from easel import catalog
from easel.batch import batches
from easel.batch.batches import DAY, MAX_DAYS, Batch
from easel.common import aws
from easel.common.telemetry import logger
from easel.store import versioned_items

QueueEntry = dict[str, str]


def take(batch: Batch, provider: str, execution: str, token: str, home: str) -> None:
    """Add an execution's branch to the queue. If it is the first in the queue, complete its task at once."""
    own = {"execution": execution, "token": token, "batch": batch.id, "home": home}

    def join(line: list[QueueEntry]) -> list[QueueEntry]:
        renewed = [own if _is_of(entry, provider, execution, home) else entry for entry in line]
        return renewed if own in renewed else [*line, own]

    line = _change(provider, join)
    while line[0]["execution"] != execution and not _runs(line[0]["execution"]):
        logger.warning("an execution ended without leaving the queue", extra={"execution": line[0]["execution"]})
        line = _change(provider, _without(provider, line[0]["execution"]))
    if line[0] == own:
        batches.end_turn_wait(batch, provider)
        _complete(token)
    elif line[0]["execution"] != execution:
        name = catalog.name_of(provider)
        reason = f"another batch uses {name}; this batch waits for its turn"
        batches.set_waiting(batch, provider, "", None, reason, "turn")


def leave(provider: str, execution: str, home: str | None = None) -> None:
    """Remove an execution's branch from the queue; without `home`, all its branches. Pass on its turn if it had one."""
    had_turn = False

    def out(line: list[QueueEntry]) -> list[QueueEntry]:
        nonlocal had_turn
        had_turn = bool(line) and _is_of(line[0], provider, execution, home)
        return _without(provider, execution, home)(line)

    line = _change(provider, out)
    if had_turn and line:
        batches.end_turn_wait(batches.get(line[0]["batch"]), provider)
        if not _complete(line[0]["token"]):
            leave(
                provider, line[0]["execution"], line[0].get("home", provider)
            )  # that execution was stopped while it waited


def _is_of(entry: QueueEntry, provider: str, execution: str, home: str | None) -> bool:
    """Return whether the entry is of this branch, or without `home`, of any branch of the execution."""
    return entry["execution"] == execution and home in (None, entry.get("home", provider))


def _without(provider: str, execution: str, home: str | None = None) -> Callable[[list[QueueEntry]], list[QueueEntry]]:
    return lambda line: [entry for entry in line if not _is_of(entry, provider, execution, home)]


def _change(provider: str, decide: Callable[[list[QueueEntry]], list[QueueEntry]]) -> list[QueueEntry]:
    """Change a provider's queue and return it."""

    def decide_fields(fields: versioned_items.Fields | None) -> versioned_items.Fields | None:
        line = list(fields["line"]) if fields else []
        return {"line": after} if (after := decide(line)) != line else None

    stored = versioned_items.change(f"turn#{provider}", decide_fields, lambda _: time.time() + 2 * MAX_DAYS * DAY)
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
