"""Wait for a job's end within the limits of a call.

API Gateway cuts every call at 30 s. A longer call is redirected with 303 to an address that keeps waiting. HTTP clients
follow redirects by themselves, but each only a limited number. A call to the function URL is never redirected.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

from easel.common.deadline import Deadline
from easel.errors import GenerationTimeout, NotFound
from easel.front_door import http_messages, job_responses, recovery
from easel.front_door.http_messages import HttpRequest, HttpResponse
from easel.settings import settings
from easel.store import jobs
from easel.store.records import Job

LOOK_SECONDS = 0.5  # between two reads of a job that another call runs
ANSWER_SECONDS = 1.5  # reserved before the gateway's limit, to send the response
UNSTORED_SECONDS = 60.0
"""Maximum age at which an unknown job may still appear. Its call could not store it, and its function may claim it."""
HOPS = 9
"""Maximum redirects of one call. Some clients stop at 10. Nine waits of 25 s are longer than any job."""
FEWER_HOPS = {
    "python-urllib3/": 3,
    "Java-http-client/": 4,
    "Dart/": 5,
    "GuzzleHttp/": 5,
    "node-superagent/": 5,
    "Tornado/": 5,
}
"""Default redirect limits of clients that follow fewer than `HOPS`, by the start of the user agent.

Beyond its limit such a client fails, mostly without showing the body, which has the address that keeps waiting.
docs/clients.md lists versions.
"""


class Preferences(NamedTuple):
    """The supported preferences of the `Prefer` header (RFC 7240). The others are ignored, as the RFC requires."""

    respond_async: bool = False
    wait: float | None = None

    @classmethod
    def read(cls, header: str) -> Preferences:
        parts = [part.split(";")[0].strip().lower() for part in header.split(",")]
        waits = [part.removeprefix("wait=").strip('" ') for part in parts if part.startswith("wait=")]
        given = [float(wait) for wait in waits if wait.isascii() and wait.isdigit() and len(wait) < 7]
        return cls("respond-async" in parts, given[0] if given else None)

    def budget(self, longest: float) -> float:
        """Return the seconds to wait for the picture, of at most `longest`."""
        if self.wait is not None:
            return min(self.wait, longest)
        return 0.0 if self.respond_async else longest

    @property
    def given(self) -> bool:
        return self.respond_async or self.wait is not None

    def applied(self, longest: float) -> dict[str, str]:
        """Return the response header that says which preferences were followed."""
        named = ["respond-async"] if self.respond_async else []
        named += [] if self.wait is None else [f"wait={self.budget(longest):.0f}"]
        return {"Preference-Applied": ", ".join(named)} if named else {}


def longest(call: HttpRequest) -> float:
    """Return the seconds that a call may wait. At the HTTP API the maximum is `WAIT_SECONDS`.

    Clients that follow few redirects wait as long as the gateway allows, so that their last response comes late.
    """
    left = call.seconds_left - ANSWER_SECONDS
    return left if call.via_function_url or hops(call) < HOPS else min(left, settings().wait_seconds)


def hops(call: HttpRequest) -> int:
    """Return how often this call may be redirected. A call to the function URL is never redirected."""
    if call.via_function_url:
        return 0
    return next((limit for agent, limit in FEWER_HOPS.items() if call.agent.startswith(agent)), HOPS)


def for_job(job_id: str, waiting: Deadline) -> Job:
    """Return the job once it has ended or the deadline has passed. Raise `NotFound`."""
    job = _young(job_id)
    while not ((job and job.ended) or waiting.passed):
        time.sleep(min(LOOK_SECONDS, waiting.remaining()))
        job = _young(job_id)
    return job or recovery.get(job_id)


def _young(job_id: str) -> Job | None:
    """Return the job, or None for a new job that may not be stored yet. Raise `NotFound`."""
    try:
        return recovery.get(job_id)
    except NotFound:
        if jobs.age(job_id) > UNSTORED_SECONDS:
            raise
        return None


def answer_hop(job_id: str, call: HttpRequest, hop: int) -> HttpResponse:
    """Answer the `hop`th redirect of a call that waits for this job."""
    try:
        job = for_job(job_id, Deadline(longest(call)))
    except Exception as error:
        return http_messages.exception_response(error)
    return job_responses.job_response(job, call) if job.ended else keep_waiting(job, call, hop)


def keep_waiting(job: Job, call: HttpRequest, hop: int) -> HttpResponse:
    """Return the response about a running job after `hop` redirects: a further redirect, or 504 after the last one."""
    path, status = f"/api/generate/{job.id}", f"{call.endpoint}/api/jobs/{job.id}"
    if hop < hops(call):
        return http_messages.see_other(call, path, hop + 1, {"jobId": job.id, "statusUrl": status})
    response = http_messages.error_response(too_long(call, path, status))
    return HttpResponse(response.status, response.body, {**response.headers, **http_messages.NO_RETRY})


def too_long(call: HttpRequest, path: str, status: str) -> GenerationTimeout:
    """Return the error after the last redirect. It names the path that keeps waiting, and the job's address."""
    return GenerationTimeout(
        f"the picture is not finished yet, and its job continues: GET {call.endpoint}{path} to keep waiting, "
        f"or GET {status} for its status"
    )


def for_jobs(ids: Sequence[str], waiting: Deadline) -> list[Job]:
    """Return the jobs, in order, once all have ended or the deadline has passed. Raise `NotFound`."""
    by_id: dict[str, Job | None] = {job.id: job for job in recovery.get_all(ids)}
    by_id |= {job_id: _young(job_id) for job_id in ids if job_id not in by_id}  # raises `NotFound`
    while (running := [job_id for job_id, job in by_id.items() if not (job and job.ended)]) and not waiting.passed:
        time.sleep(min(LOOK_SECONDS, waiting.remaining()))
        by_id |= {job.id: job for job in recovery.get_all(running)}
    return [by_id[job_id] or jobs.get(job_id) for job_id in ids]
