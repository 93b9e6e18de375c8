"""End a round at a provider: find the remaining jobs, and decide when the next round may start."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import planning
import provider_queue
from easel import catalog
from easel.batch import batches, claims
from easel.batch.batches import Batch
from easel.common.telemetry import logger
from easel.errors import Stalled
from s3_writer import S3Writer

FREE_ROUNDS = 20
SLOWER = 30.0
"""Seconds by which the wait before each round after `FREE_ROUNDS` grows, up to `SLOWEST`. An execution's history is
limited to 25,000 events, and a round adds about 25."""
SLOWEST = 7200.0
STALLED_ROUNDS = 5
"""Fail the batch after this many rounds without progress or a known wait: the deployment must be broken."""
STALLED_SECONDS = 15.0
"""Seconds to wait after the first round without progress. The wait doubles with each such round."""
DONE = {"next": "done"}


def end_round(last: Mapping[str, Any], execution: str) -> dict[str, Any]:
    """End a round and return the next round's input. Its `next` is `done`, `go`, or `wait` with a time `until`."""
    provider = str(last["provider"])
    provider_queue.leave(provider, execution)
    batch = batches.get(last["batch"])
    counts = claims.counts(batch).get(provider, Counter[str]())
    ended = counts["succeeded"] + counts["failed"]
    left = batch.jobs.get(provider, 0) - ended
    if batch.status != "running" or batch.run != last["run"] or left <= 0:
        return DONE
    if time.time() - batch.began > batches.LASTS_DAYS * batches.DAY:
        logger.error("a batch has run for too long", extra={"batch": batch.id, "provider": provider, "left": left})
        return DONE
    return _next(batch, provider, dict(last), ended)


def _next(batch: Batch, provider: str, last: dict[str, Any], ended: int) -> dict[str, Any]:
    now, number = time.time(), int(last["round"])
    waiting_models = _waiting_models(batch, provider, max(now, float(last["waited"])))
    until = now if number <= FREE_ROUNDS else now + min(SLOWEST, SLOWER * (number - FREE_ROUNDS))
    key, length = _write_rest(batch, last, number + 1, waiting_models.keys())
    if not length:  # every remaining job waits for a quota or is running
        until = max(until, min(waiting_models.values(), default=now + STALLED_SECONDS))
        key = batch.run_key(f"{provider}.json")
    had_to_wait = any(wait.get("until", 0) > last["began"] for wait in batch.waiting.values())
    stalled = 0 if had_to_wait or not length or ended > last["ended"] else last["stalled"] + 1
    if stalled > STALLED_ROUNDS:
        name = catalog.name_of(provider)
        raise Stalled(f"{stalled} rounds at {name} brought no picture and no error; see its function's log")
    if stalled:
        until = max(until, now + STALLED_SECONDS * 2 ** (stalled - 1))
    logger.info("round ended", extra={"batch": batch.id, "provider": provider, "round": number, "ended": ended})
    return {
        **last,
        "next": "wait" if until > now + 1 else "go",
        "until": datetime.fromtimestamp(until + 1, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "waited": until if until > now + 1 else 0,
        "key": key,
        "round": number + 1,
        "began": now,
        "stalled": stalled,
        "ended": ended,
    }


def _waiting_models(batch: Batch, provider: str, now: float) -> dict[str, float]:
    """Return the models without a usable token, each with the time at which a token is usable again."""
    scopes = {tuple(scope.split("/", 1)): wait.get("until") for scope, wait in batch.waiting.items()}
    return {model: until for (who, model), until in scopes.items() if who == provider and until and until > now}


def _write_rest(batch: Batch, last: Mapping[str, Any], number: int, without: Any) -> tuple[str, int]:
    """Write a file of the unfinished jobs, except those of the models in `without`. Return its key and job count."""
    provider = last["provider"]
    planned = planning.read_jobs(batch.run_key(f"{provider}.json"))
    with S3Writer(batch.run_key(f"{provider}-{number}.json"), array=True) as upload:
        file = planning.JobsFile(upload, last.get("group"))
        for jobs in planning.chunks(planned):
            claimed = claims.read_all([job["id"] for job in jobs])
            for job in jobs:
                claim = claimed.get(job["id"])
                over = claim and claim.job.ended and claim.run == batch.run
                if not over and job["request"]["model"] not in without:
                    file.add(job)
        file.close()
    return upload.key, file.length
