"""Tasks: calls with `async: true`, in the format of new-api's and APIMart's clients.

A task consists of the jobs of one call. Its id is the jobs' ids joined by commas, so nothing else is stored. The
clients read `data[0].task_id` in the first response, and `data.status` and `data.result.images[].url[]` in the
responses of `GET /v1/tasks/{id}`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

import job_permissions
from dependencies import ACCESS_KEY, CREDENTIALS_OPTIONAL, respond
from easel.common.deadline import Deadline
from easel.errors import Cancelled, InvalidRequest
from easel.front_door import job_responses, wait
from easel.front_door.http_messages import HttpRequest, HttpResponse
from easel.front_door.v1_response_models import OpenAiTask
from easel.settings import settings
from easel.store.jobs import DAY
from easel.store.records import Job, Result
from error_responses import JOB_ACCESS_ERRORS, error_responses
from openapi import described
from v1 import image_answers
from v1.credentials import KeyCall

router = APIRouter(prefix="/v1/tasks", tags=["openai"])


@router.get(
    "/{task_id}",
    summary="Get the task of an asynchronous call",
    response_model=OpenAiTask,
    responses={
        200: described("The task", None, "Retry-After"),
        **error_responses(InvalidRequest, *JOB_ACCESS_ERRORS, v1=True),
    },
    dependencies=[ACCESS_KEY],
    openapi_extra=CREDENTIALS_OPTIONAL,
)
async def get_task(task_id: Annotated[str, Path(description="`task_id` of a response")], call: KeyCall) -> Response:
    """Returns the task of a call with `async`: its status, then its pictures in `data.result` or its `error`."""
    call_jobs = wait.for_jobs(job_permissions.read_ids(task_id, call), Deadline(0))
    running = next((job for job in call_jobs if not job.ended), None)
    headers = {"Retry-After": str(job_responses.retry_after(running))} if running else {}
    return respond(HttpResponse(200, _body(call_jobs, _details(call_jobs, call)), headers))


def accepted(call_jobs: Sequence[Job], call: HttpRequest) -> HttpResponse:
    """Return the response to a call that started these jobs and does not wait for them."""
    short = {"id": _id(call_jobs), "task_id": _id(call_jobs), "status": "submitted"}
    headers = {
        "Location": f"{call.endpoint}/v1/tasks/{short['id']}",
        "Retry-After": str(job_responses.POLL_SECONDS),
        "Cache-Control": "no-store",
    }
    return HttpResponse(202, {**_body(call_jobs, [short]), "status": "submitted"}, headers)


def _body(call_jobs: Sequence[Job], data: Any) -> dict[str, Any]:
    short = {
        "id": _id(call_jobs),
        "task_id": _id(call_jobs),
        "object": "image.generation.task",
        "status": _status(call_jobs),
    }
    return {"code": 200, **short, "created": int(call_jobs[0].created), "data": data}


def _id(call_jobs: Sequence[Job]) -> str:
    return ",".join(job.id for job in call_jobs)


def _status(call_jobs: Sequence[Job]) -> str:
    if any(not job.ended for job in call_jobs):
        return "pending" if all(job.status == "queued" for job in call_jobs) else "processing"
    if any(job.result for job in call_jobs):
        return "completed"
    return "cancelled" if all((job.error or {}).get("code") == Cancelled.code for job in call_jobs) else "failed"


def _details(call_jobs: Sequence[Job], call: HttpRequest) -> dict[str, Any]:
    """Return the field `data` of a task."""
    ended = [job.finished for job in call_jobs if job.finished]
    details = {
        "id": _id(call_jobs),
        "task_id": _id(call_jobs),
        "status": _status(call_jobs),
        "progress": sum(map(_percent, call_jobs)) // len(call_jobs),
        "created": int(call_jobs[0].created),
        "estimated_time": round(call_jobs[0].request.typical_seconds),
    }
    if len(ended) < len(call_jobs):
        return details
    details |= {"completed": int(max(ended)), "actual_time": round(max(ended) - call_jobs[0].created)}
    response = image_answers.answer(call_jobs, call)
    if response.status != 200:
        return {**details, "error": image_answers.error_of(response)}
    images = [_image(job.result, max(ended), call) for job in call_jobs if job.result]
    return {**details, "result": {**(response.body or {}), "images": images}}


def _percent(job: Job) -> int:
    return 100 if job.ended else (job.progress and job.progress.percent) or 0


def _image(result: Result, finished: float, call: HttpRequest) -> dict[str, Any]:
    expires = int(finished + settings().retention_days * DAY)
    return {"url": [image_answers.url_of(result, call)], "expires_at": expires}
