"""The batch function: starts batches and runs the steps of the state machine `batch.asl.json`.

The function takes four shapes of events:

- a batch request (see `start.BatchRequest`), by direct invoke or from the schedule;
- an EventBridge event for a new object under `batches/inbox/` in the bucket;
- an EventBridge event for an execution of the state machine that was stopped, failed or timed out;
- a `step` of the state machine: `plan`, `turn`, `round` or `report`.

Errors are raised, so that the invoker gets them, the scheduler retries, and the alarm fires.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import planning
import provider_queue
import report
import round_scheduler
from easel import catalog
from easel.batch import batches, executions, start
from easel.batch.batches import Batch
from easel.batch.start import BatchRequest
from easel.catalog import stored_overlay
from easel.common import startup
from easel.common.deadline import Deadline
from easel.common.telemetry import logger
from easel.errors import EaselError, InternalError, InvalidRequest
from easel.settings import settings

if TYPE_CHECKING:
    from easel.handler import Context  # not at run time: it imports everything that a provider's function needs


def handler(event: Mapping[str, Any], context: Context) -> Any:
    """Return `batchId`, `status` and `manifest` for a batch request, or the output of a state machine's step."""
    stored_overlay.refresh()
    try:
        if not isinstance(event, Mapping):
            raise InvalidRequest("the event is not a batch request; events/ has examples")
        if "step" in event:
            return _step(event, Deadline(context.get_remaining_time_in_millis() / 1000))
        if event.get("source") == "aws.states":
            return _handle_stopped(event["detail"])
        if event.get("source") == "aws.s3":
            event = {"manifest": _manifest_of(event)}
        batch = start.start(BatchRequest.read(event), settings().public_url)
    except EaselError as error:
        logger.error("batch step failed", extra={"code": error.code, "reason": error.message})
        raise
    return {"batchId": batch.id, "status": batch.status, "manifest": batch.manifest}


def _manifest_of(event: Mapping[str, Any]) -> str:
    """Return the S3 address of the object in an EventBridge event. Raise `InvalidRequest` for another event."""
    try:
        detail = event["detail"]
        return f"s3://{detail['bucket']['name']}/{detail['object']['key']}"
    except (KeyError, TypeError) as error:
        raise InvalidRequest(
            "detail: must have the bucket's name and the object's key, as in EventBridge's events"
        ) from error


def _step(event: Mapping[str, Any], deadline: Deadline) -> dict[str, Any]:
    if event["step"] == "round":
        return round_scheduler.end_round(event["last"], event["execution"])
    batch = batches.get(event["batch"])
    if batch.run != event["run"]:
        raise InvalidRequest(f"batch {batch.id} is in run {batch.run}, not {event['run']}")
    if event["step"] == "plan":
        return {"providers": _plan(batch, deadline)}
    if event["step"] == "turn":
        home = event.get("home", event["provider"])  # executions of earlier versions have no `home`
        provider_queue.take(batch, event["provider"], event["execution"], event["token"], home)
        return {}
    for provider in catalog.providers():
        provider_queue.leave(provider, batch.execution)  # in case no round did, or the execution was stopped
    seconds, missing = report.report(batch)
    return {"seconds": seconds, "missing": missing}


def _plan(batch: Batch, deadline: Deadline) -> list[dict[str, Any]]:
    """Plan the batch. Return the input of the first round at each provider, or [] if the batch has ended."""
    if batch.status in ("cancelled", "failed"):
        return []
    try:
        planned = planning.plan(batch, deadline)
    except InvalidRequest as error:
        batches.fail(batch, error)
        raise
    jobs = batches.get(batch.id).jobs if planned else {}
    return [planning.first_round(batch, provider) for provider, count in jobs.items() if count]


def _handle_stopped(detail: Mapping[str, Any]) -> None:
    """Fail a batch whose execution ended before its report was written, and start the report."""
    request = json.loads(detail.get("input") or "{}")
    batch = batches.get(str(request.get("batch")))
    if batch.run != request.get("run") or batch.finished or detail["executionArn"] != batch.execution:
        return
    if detail["status"] == "ABORTED":
        batches.cancel(batch)
    else:
        cause = f"{detail.get('error') or detail['status']}: {detail.get('cause') or 'no reason given'}"
        batches.fail(batch, InternalError(f"the batch's execution ended early ({cause[:300]}); run the batch again"))
    executions.stop(batches.get(batch.id))


startup.prepare(catalog.providers, meanwhile=stored_overlay.reading)
