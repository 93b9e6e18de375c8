"""`/v1/images/generations`: run a job for each picture in parallel, wait, and respond in OpenAI's format.

`easel.front_door.v1_format` defines OpenAI's fields, `v1.credentials` reads the tokens, `v1.errors` translates errors.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Literal
from urllib.parse import unquote

from fastapi import APIRouter, Body, Depends, Path, Query, Response

import job_permissions
import request_examples
from dependencies import (
    ACCESS_KEY,
    CREDENTIALS_OPTIONAL,
    IDEMPOTENCY_KEY,
    Call,
    JsonRequest,
    JsonRoute,
    generates,
    respond,
)
from easel.catalog.requests import MAX_SEED
from easel.common.deadline import Deadline, in_thread
from easel.errors import CallerError, EaselError, InvalidDimensions, InvalidModel, InvalidPrompt, InvalidRequest
from easel.front_door import dispatch, families, http_messages, validation, wait
from easel.front_door.http_messages import HttpRequest, HttpResponse
from easel.front_door.v1_format import ImagesBody, stands_for_cheapest, with_model
from easel.front_door.v1_response_models import OpenAiImageEvent, OpenAiImages, OpenAiTask, OpenAiWaiting
from easel.store import jobs
from easel.store.payer import Payer
from easel.store.records import Job, ValidatedRequest
from error_responses import JOB_ACCESS_ERRORS, JOB_ERRORS, REQUEST_ERRORS, WORK_ERRORS, Responses, error_responses
from openapi import component, described
from routes.generate import Hop
from v1 import credentials, image_answers, tasks
from v1.credentials import Credentials, KeyCall, images_credentials
from v1.image_answers import GENERATED

PATH = "/v1/images/generations"


class ImagesRequest(JsonRequest):
    """Replaces a name for the cheapest model by a model that the caller can use."""

    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            given = await super().json()
            self.scope[credentials.BY_ALIAS] = stands_for_cheapest(given)
            self._json = with_model(given, partial(credentials.allowed, self.headers))
        return self._json


class ImagesRoute(JsonRoute):
    request_class = ImagesRequest


router = APIRouter(prefix="/v1/images/generations", tags=["openai"], route_class=ImagesRoute)

STREAMED: dict[str, Any] = {"content": {"text/event-stream": {"schema": component(OpenAiImageEvent)}}}
WAITING: Responses = {
    303: described(
        "Redirect to an address that keeps waiting, because the pictures take longer than a call may",
        OpenAiWaiting,
        "Location",
        "Cache-Control",
    )
}


@router.post(
    "",
    summary="Generate pictures",
    response_model=OpenAiImages,
    response_description="The pictures",
    responses={
        200: STREAMED,
        202: described("The task, for `async`", OpenAiTask, "Location", "Retry-After", "Cache-Control"),
        **WAITING,
        **error_responses(InvalidModel, InvalidPrompt, InvalidDimensions, *REQUEST_ERRORS, *WORK_ERRORS, v1=True),
    },
    openapi_extra=generates(IDEMPOTENCY_KEY),
)
async def create_images(
    credentials: Annotated[Credentials, Depends(images_credentials)],
    body: Annotated[ImagesBody, Body(openapi_examples=request_examples.IMAGES)],
    call: Call,
) -> Response:
    """Generates pictures, for `client.images.generate` of OpenAI's SDKs.

    Send the token as OpenAI's SDKs do: `Authorization: Bearer`. A slow call is redirected to an address that keeps
    waiting, which SDKs follow; at the function URL, the call waits for its pictures. A retry by the SDK joins the first
    attempt and costs nothing. With `stream`, the pictures arrive as server-sent events, all at the end. With `async`,
    the response is a task to poll.
    """
    return create(body, credentials, call, GENERATED)


def create(body: ImagesBody, credentials: Credentials, call: HttpRequest, event: str) -> Response:
    """Generate a body's pictures, or only start them for `async`. `event` is the event name for `stream`."""
    pictures = requests(body, credentials)
    if body.asynchronous:
        call_jobs, headers = _start_jobs(call, pictures, Deadline(0))
        accepted = tasks.accepted(call_jobs, call)
        return respond(accepted._replace(headers={**headers, **accepted.headers}))
    stream = event if body.stream else ""
    return _respond(_generate(call, pictures, stream), stream)


def _respond(response: HttpResponse, stream: str) -> Response:
    return image_answers.as_events(response, stream) if stream else respond(response)


@router.get(
    "/{job_ids}",
    summary="Keep waiting for slow pictures",
    response_model=OpenAiImages,
    response_description="The pictures",
    responses={200: STREAMED, **WAITING, **error_responses(InvalidRequest, *JOB_ACCESS_ERRORS, *JOB_ERRORS, v1=True)},
    dependencies=[ACCESS_KEY],
    openapi_extra=CREDENTIALS_OPTIONAL,
)
async def wait_for_images(
    job_ids: Annotated[str, Path(description="`jobIds` of a response, separated by commas")],
    call: KeyCall,
    hop: Hop = 1,
    stream: Annotated[
        Literal["", "image_generation.completed", "image_edit.completed"],
        Query(description="name of the event with a picture, if the pictures are sent as server-sent events"),
    ] = "",
) -> Response:
    """Keeps waiting for a slow call, which is redirected here.

    The response is 504 after the ninth redirect, or after the last one that the client follows. The work continues in
    any case.
    """
    return _respond(_wait_on(unquote(job_ids), call, hop, stream), stream)


def _generate(call: HttpRequest, pictures: Sequence[ValidatedRequest], stream: str) -> HttpResponse:
    """Generate the pictures. Redirect if they take too long. Raises Easel's errors."""
    call_jobs, headers = _start_jobs(call, pictures, Deadline(wait.longest(call)))
    answer = _answer(call_jobs, call, 0, stream)
    return answer._replace(headers={**headers, **answer.headers})


def _start_jobs(
    call: HttpRequest, pictures: Sequence[ValidatedRequest], waiting: Deadline
) -> tuple[list[Job], dict[str, str]]:
    """Start the pictures' jobs and wait for them. Return the jobs and the limit headers. Raises Easel's errors."""
    headers: dict[str, str] = {}
    refusals: list[EaselError] = []

    def make(number: int) -> Job:
        # A distinct path lets a retry find each picture's job.
        picture_call = replace(call, path=f"{call.path} {number}")
        try:
            return dispatch.generate(picture_call, pictures[number], waiting, headers)
        except EaselError as error:
            refusals.append(error)
            return _refused_job(pictures[number], error)

    others = [in_thread(make, number) for number in range(1, len(pictures))]
    call_jobs = [make(0), *(other.result() for other in others)]
    for refusal in refusals:
        if len(refusals) == len(pictures) or isinstance(refusal, CallerError):
            raise refusal
    if not all(job.ended for job in call_jobs):
        for job in call_jobs:
            if job.ended:
                jobs.ensure(job)  # a refused job is not stored yet, and a later response needs its error
    return call_jobs, headers


def _refused_job(picture: ValidatedRequest, error: EaselError) -> Job:
    """Return the failed job of a refused picture. If it was stored, it has the same id, so that it is reported once."""
    owner = [Payer.of_key(picture.key)] if picture.key else []
    job = jobs.new(picture.request, payers=owner, webhook=picture.webhook)
    return jobs.failed(job.replace(id=error.job or job.id), error, time.time())


def _wait_on(ids: str, call: HttpRequest, hop: int, stream: str) -> HttpResponse:
    """Answer the `hop`th redirect of a call. Raises the errors of `job_permissions.check`."""
    waited = wait.for_jobs(job_permissions.read_ids(ids, call), Deadline(wait.longest(call)))
    return _answer(waited, call, hop, stream)


def _answer(call_jobs: Sequence[Job], call: HttpRequest, hop: int, stream: str) -> HttpResponse:
    """Return the response for these jobs, after `hop` redirects."""
    running = [job for job in call_jobs if not job.ended]
    if running:
        return _keep_waiting(call_jobs, running[0], call, hop, stream)
    return image_answers.answer(call_jobs, call)


def _keep_waiting(call_jobs: Sequence[Job], running: Job, call: HttpRequest, hop: int, stream: str) -> HttpResponse:
    """Redirect the caller to an address that keeps waiting. Raises `GenerationTimeout` after the last redirect."""
    path = f"{PATH}/{','.join(job.id for job in call_jobs)}{f'?stream={stream}' if stream else ''}"
    if hop >= wait.hops(call):
        raise wait.too_long(call, path, f"{call.endpoint}/api/jobs/{running.id}")
    return http_messages.see_other(call, path, hop + 1, {"jobIds": [job.id for job in call_jobs]})


def requests(body: ImagesBody, credentials: Credentials) -> list[ValidatedRequest]:
    """Return one request for each picture. Each picture's seed is one higher than the one before."""
    valid = _valid(body, credentials)
    if body.stream:
        valid = valid.changed(response_format=None)  # an event has the bytes
    elif body.asynchronous and body.response_format is None:
        valid = valid.changed(response_format="url")  # a task is read many times
    seeds = [(body.seed + number) % (MAX_SEED + 1) for number in range(body.n)]
    return [valid.changed(seed=seed) for seed in seeds]


def _valid(body: ImagesBody, credentials: Credentials) -> ValidatedRequest:
    """Return the request of the first picture, for a family with those at its other providers."""
    if credentials.held:
        return families.validate(body, credentials.held, credentials.key)
    token, *spare = credentials.tokens or (None,)
    valid = validation.generation(body, token, credentials.key)
    return replace(valid, spare_tokens=tuple(filter(None, spare)))
