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

    def join(queue: list[QueueEntry]) -> list[QueueEntry]:
        renewed = [own if _is_of(entry, provider, execution, home) else entry for entry in queue]
        return renewed if own in renewed else [*queue, own]

    queue = _change(provider, join)
    while queue[0]["execution"] != execution and not _runs(queue[0]["execution"]):
        logger.warning("an execution ended without leaving the queue", extra={"execution": queue[0]["execution"]})
        queue = _change(provider, _without(provider, queue[0]["execution"]))
    if queue[0] == own:
        batches.end_turn_wait(batch, provider)
        _complete(token)
    elif queue[0]["execution"] != execution:
        name = catalog.name_of(provider)
        reason = f"another batch uses {name}; this batch waits for its turn"
        batches.set_waiting(batch, provider, "", None, reason, "turn")


def leave(provider: str, execution: str, home: str | None = None) -> None:
    """Remove an execution's branch from the queue; without `home`, all its branches. Pass on its turn if it had one."""
    had_turn = False

    def remove(queue: list[QueueEntry]) -> list[QueueEntry]:
        nonlocal had_turn
        had_turn = bool(queue) and _is_of(queue[0], provider, execution, home)
        return _without(provider, execution, home)(queue)

    queue = _change(provider, remove)
    if had_turn and queue:
        batches.end_turn_wait(batches.get(queue[0]["batch"]), provider)
        if not _complete(queue[0]["token"]):  # that execution was stopped while it waited
            leave(provider, queue[0]["execution"], queue[0].get("home", provider))


def _is_of(entry: QueueEntry, provider: str, execution: str, home: str | None) -> bool:
    """Return whether the entry is of this branch, or without `home`, of any branch of the execution."""
    return entry["execution"] == execution and home in (None, entry.get("home", provider))


def _without(provider: str, execution: str, home: str | None = None) -> Callable[[list[QueueEntry]], list[QueueEntry]]:
    return lambda queue: [entry for entry in queue if not _is_of(entry, provider, execution, home)]


def _change(provider: str, decide: Callable[[list[QueueEntry]], list[QueueEntry]]) -> list[QueueEntry]:
    """Change a provider's queue and return it."""

    def decide_fields(fields: versioned_items.Fields | None) -> versioned_items.Fields | None:
        queue = list(fields["line"]) if fields else []
        return {"line": after} if (after := decide(queue)) != queue else None

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
