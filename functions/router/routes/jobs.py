"""`/api/jobs`: read, list and cancel jobs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Response

import job_views
import pagination
from dependencies import CREDENTIALS_OPTIONAL, Call, CallersKey, OwnJobId, respond
from easel.errors import InvalidRequest
from easel.front_door import response_models
from easel.front_door.http_messages import HttpRequest
from easel.store import jobs
from easel.store.records import Job, Status
from error_responses import JOB_ACCESS_ERRORS, KEY_ERRORS, error_responses
from openapi import described
from pagination import EMPTY_AS_NONE, STATUS, Cursor, Limit, Page

router = APIRouter()


@router.get(
    "/api/jobs",
    summary="List the jobs that your key started",
    tags=["key"],
    response_model_exclude_none=True,
    responses={200: described("A page of jobs", None, "Cache-Control"), **error_responses(*KEY_ERRORS, InvalidRequest)},
)
async def list_jobs(
    call: Call,
    key: CallersKey,
    response: Response,
    limit: Limit = 20,
    cursor: Cursor = "",
    status: Annotated[Status | None, EMPTY_AS_NONE, STATUS] = None,
) -> response_models.JobList:
    """Lists the jobs that the caller's key started, newest first. `next` is the next page's `cursor`, if any."""
    page = Page.read(limit, cursor, status)
    listed, more = pagination.read_page(jobs.of_key(key.id), page, jobs.get_all)
    response.headers["Cache-Control"] = "no-store"
    return response_models.JobList(jobs=[_own(job, call) for job in listed], **more)


@router.get(
    "/api/jobs/{job_id}",
    summary="Get a job's status, and its picture or error",
    tags=["jobs"],
    response_model=response_models.JobResponse,
    response_description="The job",
    responses={
        200: described("The job", None, "ETag", "Cache-Control", "Retry-After"),
        304: described("The job has not changed", None, "ETag", "Cache-Control", "Retry-After"),
        **error_responses(InvalidRequest, *JOB_ACCESS_ERRORS),
    },
    openapi_extra=CREDENTIALS_OPTIONAL,
)
async def get_job(
    job_id: OwnJobId,
    call: Call,
    wait: Annotated[
        int, Query(ge=0, le=999_999, description="seconds to wait for a change of the status; at most 25 are used")
    ] = 0,
    if_none_match: Annotated[
        str | None,
        Header(
            alias="If-None-Match",
            description="`ETag` of an earlier response; the response is `304` if the job has not changed",
        ),
    ] = None,
) -> Response:
    """Returns a job: its status and progress while it runs, then its picture or error.

    `Retry-After` says when to ask again. With `?wait=N` (seconds, at most 25) the response comes when the status
    changes, or after that time. With `If-None-Match` the response is 304 if the job has not changed.
    """
    return respond(job_views.answer(job_id, call, wait))


@router.delete(
    "/api/jobs/{job_id}",
    summary="Cancel a job that has not started",
    tags=["jobs"],
    response_model=response_models.CancelledJobResponse,
    responses={200: described("The job's current state", None, "Cache-Control"), **error_responses(*JOB_ACCESS_ERRORS)},
    openapi_extra=CREDENTIALS_OPTIONAL,
)
async def cancel_job(job_id: OwnJobId, call: Call) -> Response:
    """Cancels a job that has not started: it fails with `CANCELLED`. A started job continues.

    `cancelled` is true if the job was cancelled. The other fields are those of the job.
    """
    return respond(job_views.cancel(job_id, call))


def _own(job: Job, call: HttpRequest) -> response_models.JobSummary:
    """Return a job's summary. `statusUrl` leads to the rest."""
    return response_models.JobSummary(
        job_id=job.id,
        status=job.status,
        provider=job.request.provider,
        model=job.request.model,
        prompt=job.request.prompt,
        created_at=job.created,
        finished_at=job.finished,
        url=f"{call.endpoint}/api/{job.result.key}" if job.result and job.result.key else None,
        code=(job.error or {}).get("code") if job.status == "failed" else None,
        status_url=f"{call.endpoint}/api/jobs/{job.id}",
    )
