"""Plan a batch: turn the manifest into files of jobs.

Planning writes two kinds of files under `batches/{id}/run-{run}/`:

- `plan.jsonl` has an entry for each line of the manifest, in the same order: its job numbers or its error;
- `{provider}.json` has one provider's jobs, as a JSON array with a group of jobs on each line. The state machine's map
  passes each group to a child execution, which runs some of its jobs concurrently. A job exists only in this file until
  a worker claims it.

Planning twice writes the same files.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from functools import cache, partial
from itertools import islice
from typing import Any, TypeVar

from pydantic_core import from_json

import v1_lines
from easel import catalog
from easel.batch import batches, claims, manifest, planned_jobs
from easel.batch.batches import Batch
from easel.batch.manifest import Line
from easel.batch.start import split_address
from easel.budgets import job_access
from easel.catalog.requests import MAX_SEED
from easel.common import aws
from easel.common.deadline import Deadline
from easel.errors import EaselError, InternalError, InvalidRequest
from easel.front_door import families, own_models, v1_format
from easel.providers import tokens
from easel.settings import settings
from easel.store import checkpoints
from job_groups import TURNS, JobsFile, children_at
from line_templates import Templates
from s3_writer import S3Writer

T = TypeVar("T")
ProviderJob = tuple[str, dict[str, Any]]
"""A job's provider, and the job as planned."""
PlannedEntry = tuple[dict[str, Any], list[ProviderJob]]
"""A line's entry in the plan, and its jobs. An invalid line has no jobs."""

MAX_PICTURES = 1_000_000
"""Maximum pictures of a batch. Planning and reporting them take much less than Lambda's time limit (`make bench`)."""
CHUNK_SIZE = 1000
"""Number of lines whose jobs are looked up together."""
RESERVE_SECONDS = 60.0
"""Seconds of the invocation that planning reserves for writing the files."""


def plan(batch: Batch, deadline: Deadline) -> bool:
    """Plan the whole manifest. Return False if the batch was cancelled meanwhile.

    Raises:
        InvalidRequest: the manifest cannot be read to its end, or has more pictures than a batch may have.
    """
    for provider in catalog.providers().values():
        tokens.forgive(provider)
    with ExitStack() as files:
        planner = _Planner(batch, files)
        for lines in chunks(manifest.lines(_reader(batch), batch.size)):
            planner.add(lines)
            if planner.size > MAX_PICTURES or deadline.remaining() < RESERVE_SECONDS:
                most = f"{min(planner.size, MAX_PICTURES):,}"
                text = f"manifest: has more than {most} pictures, the maximum of one batch; split it into several files"
                raise InvalidRequest(text, field="manifest")
        return planner.close()


class _Planner:
    """Writes the plan and the providers' job files, line by line."""

    def __init__(self, batch: Batch, files: ExitStack) -> None:
        self.number = 0
        """Number of jobs planned so far, which is the next job's number."""
        self._batch = batch
        self._lines = v1_lines if batch.openai else manifest
        models_of = cache(partial(families.models_of_deployment, key=batch.started_by))
        usable_models = cache(partial(own_models.models_of_key, batch.started_by))
        self._templates = Templates(
            partial(v1_format.validate, models_of=models_of, drawable=usable_models)
            if batch.openai
            else partial(manifest.validate, models_of=models_of)
        )
        self._open = files
        self._plan = files.enter_context(S3Writer(batch.run_key("plan.jsonl")))
        self._files: dict[str, JobsFile] = {}
        self._invalid = 0
        self._jobs: Counter[str] = Counter()
        self._names: set[int] = set()

    @property
    def size(self) -> int:
        """Number of pictures and invalid lines so far."""
        return self.number + self._invalid

    def add(self, lines: list[Line]) -> None:
        planned = [self._validated(line) for line in lines]
        if self._batch.run > 1:
            self._skip_succeeded(planned)
        for entry, jobs in planned:
            self._plan.add(entry)
            for provider, job in jobs:
                self._file(provider).add(job)
                self._jobs[provider] += 1

    def _skip_succeeded(self, planned: list[PlannedEntry]) -> None:
        """Remove the jobs that succeeded in an earlier run. Keep a family's job at the provider that accepted it."""
        earlier = claims.read_all([job["id"] for _, jobs in planned for _, job in jobs])
        of_families = [job["id"] for _, jobs in planned for _, job in jobs if "family" in job and job["id"] in earlier]
        accepted = checkpoints.existing(of_families)

        def present(provider: str, job: dict[str, Any]) -> ProviderJob:
            claim = earlier.get(job["id"])
            if claim and job["id"] in accepted:
                return claim.job.request.provider, planned_jobs.of_accepted_job(claim.job)
            return provider, job

        drawn = {job_id for job_id, claim in earlier.items() if claim.job.status == "succeeded"}
        for _, jobs in planned:
            jobs[:] = [present(provider, job) for provider, job in jobs if job["id"] not in drawn]

    def close(self) -> bool:
        self._plan.close()
        for file in self._files.values():
            file.close()
        return batches.plan(self._batch, requests=self.size, invalid=self._invalid, jobs=self._jobs)

    def _file(self, provider: str) -> JobsFile:
        if provider not in self._files:
            upload = self._open.enter_context(S3Writer(self._batch.run_key(f"{provider}.json"), array=True))
            self._files[provider] = JobsFile(upload, children_at(provider), TURNS)
        return self._files[provider]

    def _validated(self, line: Line) -> PlannedEntry:
        """Validate a line. Return its plan entry, and its jobs with their providers. An invalid line has no jobs."""
        entry: dict[str, Any] = {"line": line.number}
        try:
            if line.error or line.fields is None:
                raise line.error or InternalError("the line could not be read")
            name = self._lines.name_of(line.fields)
            if name is not None:
                entry["id"] = name
                self._check_unique(name)
            jobs = self._jobs_of(line.fields)
        except EaselError as error:
            self._invalid += 1
            return {**entry, "error": error.body()}, []
        entry |= {"n": self.number, "count": len(jobs)}
        self.number += len(jobs)
        return entry, jobs

    def _check_unique(self, name: str) -> None:
        """Raise `InvalidRequest` for a repeated `custom_id`. An `id` in Easel's own manifests may repeat."""
        if not self._batch.openai:
            return
        if hash(name) in self._names:
            text = "custom_id: must be unique in the file; an earlier line has the same one"
            raise InvalidRequest(text, field="custom_id")
        self._names.add(hash(name))

    def _jobs_of(self, fields: Mapping[str, Any]) -> list[ProviderJob]:
        first, body = self.number, self._lines.body_of(fields)
        without_seed = body.get("seed") is None
        if without_seed:
            body["seed"] = self._batch.seed(first)
        line = self._templates.planned(body)
        if self._batch.started_by:
            job_access.check_sources(self._batch.started_by, line.template.valid.request)
        provider, batch = line.template.provider, self._batch
        jobs = [(provider, line.job(batch.job_id(first), line.seed))]
        for copy in range(1, line.template.pictures):
            # Each copy of a line has its own seed, which is the same when planned again.
            seed = batch.seed(first + copy) if without_seed else (line.seed + copy) % (MAX_SEED + 1)
            jobs.append((provider, line.job(batch.job_id(first + copy), seed)))
        return jobs


def read_jobs(key: str) -> Iterator[dict[str, Any]]:
    """Yield the jobs in a provider's job file."""
    for group in read_lines(key):
        yield from group.get("jobs", [group])


def read_lines(key: str) -> Iterator[dict[str, Any]]:
    """Yield the parsed lines of a file that `S3Writer` wrote."""
    body = aws.s3().get_object(Bucket=settings().images_bucket, Key=key)["Body"]
    for line in body.iter_lines(chunk_size=1 << 20):
        if (text := line.rstrip(b",")).startswith(b"{"):  # skip the array's brackets
            yield from_json(text)


def chunks(elements: Iterable[T]) -> Iterator[list[T]]:
    """Split the elements into lists of `CHUNK_SIZE`, in the same order."""
    iterator = iter(elements)
    while chunk := list(islice(iterator, CHUNK_SIZE)):
        yield chunk


def _reader(batch: Batch) -> manifest.ReadRange:
    bucket, key = split_address(batch.manifest)

    def read(offset: int, length: int) -> bytes:
        from botocore.exceptions import ClientError

        last = min(offset + length, batch.size) - 1
        try:
            response = aws.s3().get_object(Bucket=bucket, Key=key, Range=f"bytes={offset}-{last}", IfMatch=batch.etag)
            return response["Body"].read()
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in ("PreconditionFailed", "412", "NoSuchKey", "404"):
                text = "manifest: was changed or removed before it was read; start the batch again"
                raise InvalidRequest(text, field="manifest") from error
            raise InternalError(f"S3 refused the manifest ({code})") from error

    return read


def first_round(batch: Batch, provider: str) -> dict[str, Any]:
    """Return the input of a provider's first round. `round_scheduler.end_round` returns those of later rounds.

    Later rounds may run at another provider, for a family's jobs. `home` stays the provider of the planned file.
    """
    return {
        "batch": batch.id,
        "run": batch.run,
        "home": provider,
        **round_at(provider),
        "key": batch.run_key(f"{provider}.json"),
        "turns": TURNS,  # executions of earlier versions lack it, and run all jobs of a group concurrently
        "waited": 0,
        "round": 1,
        "began": time.time(),
        "ended": 0,
        "stalled": 0,
    }


def round_at(provider: str) -> dict[str, Any]:
    """Return the part of a round's input that depends on the provider."""
    return {"provider": provider, "function": settings().function(provider), **children_at(provider)}
