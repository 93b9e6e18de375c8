"""End a round at a provider: find the remaining jobs, and decide when and at which provider the next round starts.

A branch of the state machine completes all jobs of one planned file. A family's jobs that were handed over run in
rounds at their new provider. Such a round waits for the branch's turn there and keeps that provider's concurrency.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import job_groups
import planning
import provider_queue
from easel import catalog
from easel.batch import batches, claims, planned_jobs
from easel.batch.batches import Batch
from easel.batch.claims import Claim
from easel.common.telemetry import logger
from easel.errors import BatchStalled
from s3_writer import S3Writer

FREE_ROUNDS = 20
"""Number of rounds that start without a growing wait."""
WAIT_STEP = 30.0
"""Seconds by which the wait grows before each round after `FREE_ROUNDS`, up to `MAX_WAIT`. Step Functions limits an
execution's history to 25,000 events, and a round adds about 25."""
MAX_WAIT = 7200.0
STALLED_ROUNDS = 5
"""Fail the batch after this many rounds without progress or a known wait: the deployment must be broken."""
STALLED_SECONDS = 15.0
"""Seconds to wait after the first round without progress. The wait doubles with each further one."""
DONE = {"next": "done"}
"""The output after the last round."""


def end_round(last: Mapping[str, Any], execution: str) -> dict[str, Any]:
    """End a round and return the next round's input. Its `next` is `done`, `go`, or `wait` with a time `until`."""
    home = str(last.get("home", last["provider"]))  # executions of earlier versions have no `home`
    provider_queue.leave(last["provider"], execution, home)
    batch = batches.get(last["batch"])
    counts = claims.counts(batch).get(home, Counter[str]())
    ended = counts["succeeded"] + counts["failed"]
    left = batch.jobs.get(home, 0) - ended
    if batch.status != "running" or batch.run != last["run"] or left <= 0:
        return DONE
    if time.time() - batch.began > batches.MAX_DAYS * batches.DAY:
        logger.error("batch stopped: it ran for too long", extra={"batch": batch.id, "provider": home, "left": left})
        return DONE
    return _next(batch, home, dict(last), ended)


def _next(batch: Batch, home: str, last: dict[str, Any], ended: int) -> dict[str, Any]:
    now, number = time.time(), int(last["round"])
    until = now if number <= FREE_ROUNDS else now + min(MAX_WAIT, WAIT_STEP * (number - FREE_ROUNDS))
    with ExitStack() as files:
        rest = _RemainingJobs(batch, home, last, files, max(now, float(last["waited"])))
        provider, ready = rest.choose()
        key = rest.write(provider, ready=ready)
    if not ready:  # every remaining job waits for a quota
        until = max(until, min(rest.waits.values(), default=now + STALLED_SECONDS))
    had_to_wait = any(wait.get("until", 0) > last["began"] for wait in batch.waiting.values())
    progress = ended > last["ended"] or rest.moved > last.get("moved", 0)
    stalled = 0 if had_to_wait or not ready or progress else last["stalled"] + 1
    if stalled > STALLED_ROUNDS:
        name = catalog.name_of(provider)
        text = f"{stalled} rounds at {name} ended without a picture or an error; see the log of its function"
        raise BatchStalled(text)
    if stalled:
        until = max(until, now + STALLED_SECONDS * 2 ** (stalled - 1))
    extra = {"batch": batch.id, "provider": last["provider"], "then": provider, "round": number, "ended": ended}
    logger.info("round ended", extra=extra)
    return {
        **last,
        **({} if provider == last["provider"] else planning.round_at(provider)),
        "next": "wait" if until > now + 1 else "go",
        "until": datetime.fromtimestamp(until + 1, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "waited": until if until > now + 1 else 0,
        "key": key,
        "round": number + 1,
        "began": now,
        "stalled": stalled,
        "ended": ended,
        "moved": rest.moved,
    }


class _RemainingJobs:
    """The unfinished jobs of a planned file, by their current provider: those that are ready and those that wait."""

    def __init__(self, batch: Batch, home: str, last: Mapping[str, Any], files: ExitStack, now: float) -> None:
        self._batch, self._home, self._last, self._open = batch, home, last, files
        self._files: dict[tuple[str, bool], tuple[S3Writer, job_groups.JobsFile]] = {}
        self.waits: dict[str, float] = {}
        """The earliest time at which a waiting job may continue, by provider."""
        self.moved = 0
        """Number of attempts at other providers. It grows with each job that is handed over."""
        self._waiting = _waiting_models(batch, now)
        for jobs in planning.chunks(planning.read_jobs(self._planned)):
            claimed = claims.read_all([job["id"] for job in jobs])
            for job in jobs:
                self._add(job, claimed.get(job["id"]))

    def choose(self) -> tuple[str, bool]:
        """Return the next round's provider, and whether its jobs are ready. Two providers with ready jobs alternate."""
        ready = [provider for provider, is_ready in self._files if is_ready]
        if ready:
            return min(ready, key=lambda provider: provider == self._last["provider"]), True
        return min(self.waits, key=lambda provider: self.waits[provider], default=self._home), False

    def write(self, provider: str, *, ready: bool) -> str:
        """Upload the provider's file and return its key. If it has no jobs, return the planned file's key."""
        if (provider, ready) not in self._files:
            return self._planned
        upload, file = self._files[provider, ready]
        file.close()
        return upload.key

    @property
    def _planned(self) -> str:
        return self._batch.run_key(f"{self._home}.json")

    def _add(self, planned: dict[str, Any], claim: Claim | None) -> None:
        claim = claim if claim and claim.run == self._batch.run else None
        job = claim.job if claim else None
        if job and job.ended:
            return
        self.moved += len(job.tried) if job else 0
        request = planned["request"]
        provider, model = (job.request.provider, job.request.model) if job else (request["provider"], request["model"])
        until = None if planned_jobs.can_change_provider(planned, claim) else self._waiting.get((provider, model))
        if until:
            self.waits[provider] = min(until, self.waits.get(provider, until))
        self._file(provider, ready=not until).add(planned)

    def _file(self, provider: str, *, ready: bool) -> job_groups.JobsFile:
        if (provider, ready) not in self._files:
            upload = S3Writer(self._batch.run_key(f"{self._home}-{int(self._last['round']) + 1}.json"), array=True)
            stays = provider == self._last["provider"]
            children = self._last if stays else job_groups.children_at(provider)
            file = job_groups.JobsFile(upload, children, self._last.get("turns", 1))
            self._files[provider, ready] = self._open.enter_context(upload), file
        return self._files[provider, ready][1]


def _waiting_models(batch: Batch, now: float) -> dict[tuple[str, str], float]:
    """Return the models without a usable token by provider and model, each with the time when a token is usable."""
    scopes = {tuple(scope.split("/", 1)): wait.get("until") for scope, wait in batch.waiting.items()}
    return {(provider, model): until for (provider, model), until in scopes.items() if until and until > now}
