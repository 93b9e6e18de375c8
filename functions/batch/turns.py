"""Whose turn it is at a provider: one batch at a time, so that the provider's pace holds over all batches.

The item `turn#{provider}` names the execution that has the turn, and the ones that wait for it in their order, each
with the token of its waiting task. Whoever leaves answers the next one's token. Nobody polls: a batch that waits costs
nothing.
"""

from __future__ import annotations

import json
from typing import Any

from easel import aws, catalog
from easel.batch import batches
from easel.batch.batches import Batch
from easel.settings import settings
from easel.telemetry import logger

ATTEMPTS = 20


def take(batch: Batch, provider: str, execution: str, token: str) -> None:
    """Gives the execution its turn, by answering its token: now, or when the others before it have left."""
    for _ in range(ATTEMPTS):
        version, holder, waiting = _read(provider)
        if holder and holder != execution and not _runs(holder):
            logger.warning("an execution ended without leaving", extra={"execution": holder})
            leave(provider, holder)
            continue
        if not holder or holder == execution:
            if _write(provider, version, execution, [entry for entry in waiting if entry["execution"] != execution]):
                batches.go_on(batch, provider)
                _answer(token)
                return
            continue
        entry = {"execution": execution, "token": token, "batch": batch.id}
        others = [one if one["execution"] != execution else entry for one in waiting]
        if _write(provider, version, holder, others if entry in others else [*others, entry]):
            name = catalog.name_of(provider)
            batches.wait(batch, provider, "", None, f"another batch is at work at {name}; this one is next in turn")
            return
    raise RuntimeError(f"the turn at {provider} changes too often")


def leave(provider: str, execution: str) -> None:
    """Gives the execution's turn, or its place among those that wait, to the next one."""
    for _ in range(ATTEMPTS):
        version, holder, waiting = _read(provider)
        others = [entry for entry in waiting if entry["execution"] != execution]
        if holder != execution:
            if others == waiting or _write(provider, version, holder, others):
                return
            continue
        following = others[0] if others else None
        if _write(provider, version, following["execution"] if following else "", others[1:]):
            if following:
                batches.go_on(batches.get(following["batch"]), provider)
                if not _answer(following["token"]):
                    leave(provider, following["execution"])  # it was stopped while it waited
            return
    raise RuntimeError(f"the turn at {provider} changes too often")


def _answer(token: str) -> bool:
    """Lets the task go on that waits under this token; False when it does not wait any more."""
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


def _read(provider: str) -> tuple[int, str, list[dict[str, str]]]:
    """Version, who has the turn (or ""), and who waits."""
    key: Any = {"id": {"S": f"turn#{provider}"}}
    item = aws.dynamodb().get_item(TableName=settings().jobs_table, Key=key, ConsistentRead=True).get("Item")
    return (int(item["version"]["N"]), item["holder"]["S"], json.loads(item["waiting"]["S"])) if item else (0, "", [])


def _write(provider: str, version: int, holder: str, waiting: list[dict[str, str]]) -> bool:
    """Writes over the version that was read; False when somebody else did."""
    item = {
        "id": {"S": f"turn#{provider}"},
        "version": {"N": str(version + 1)},
        "holder": {"S": holder},
        "waiting": {"S": json.dumps(waiting)},
    }
    condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(id)"}
    if version:
        values = {":version": {"N": str(version)}}
        condition = {"ConditionExpression": "version = :version", "ExpressionAttributeValues": values}
    if aws.write_if("put_item", TableName=settings().jobs_table, Item=item, **condition):
        return True
    return (version + 1, holder, waiting) == _read(provider)  # it may be our own write, whose answer was lost
