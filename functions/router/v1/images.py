"""`/v1/images/generations`: a job for each picture, all at once; then the wait for them, and OpenAI's answer.

`easel.front_door.images_api` knows OpenAI's fields, `v1.credentials` the tokens, `v1.errors` what becomes of errors.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import unquote

from fastapi import APIRouter, Request, Response

import owners
from dependencies import answered, read_call
from easel.catalog.requests import MAX_SEED
from easel.common.deadline import in_thread
from easel.errors import CallerError, EaselError, InvalidRequest
from easel.front_door import answers, dispatch, images_api, validation
from easel.front_door.answers import HttpRequest, HttpResponse
from easel.front_door.images_api import MOST, shown
from easel.settings import settings
from easel.store import jobs
from easel.store.payer import Payer
from easel.store.records import Job, ValidatedRequest
from v1 import credentials
from v1.errors import translated

PATH = "/v1/images/generations"

router = APIRouter(prefix="/v1/images/generations", tags=["openai"])


@router.post("")
async def generate(request: Request) -> Response:
    """Generates pictures, as `client.images.generate` of OpenAI's SDKs asks for them.

    The token goes where OpenAI's would: `Authorization: Bearer`. A call that takes longer than a call may is sent to
    wait on, which SDKs follow. What SDKs repeat after a broken connection joins the first try and costs nothing.
    """
    call = await read_call(request)
    return await answered(partial(_generate, call))


@router.get("/{job_ids}")
async def wait_on(job_ids: str, request: Request, hop: str = "1") -> Response:
    """Where a call that takes long is sent to wait on; after the ninth time 504. The work goes on all the same."""
    call = await read_call(request)
    return await answered(lambda: _wait_on(unquote(job_ids), call, validation.read_hop(hop)))


def _generate(call: HttpRequest) -> HttpResponse:
    """Answers a call that asks for pictures, or sends it to wait on; raises Easel's errors."""
    wanted = read(call.body, call.headers)
    waiting = dispatch.waiting_time(call, settings().wait_seconds)
    told: dict[str, str] = {}
    refusals: list[EaselError] = []

    def make(number: int) -> Job:
        # With a path of its own each picture has a repeat of its own, which joins its job.
        one = replace(call, path=f"{call.path} {number}")
        try:
            return dispatch.generate(one, wanted[number], waiting, told)
        except EaselError as error:
            refusals.append(error)
            owner = [Payer.of_key(key)] if (key := wanted[number].key) else []
            return jobs.failed(jobs.new(wanted[number].request, payers=owner), error, time.time())

    others = [in_thread(make, number) for number in range(1, len(wanted))]
    made = [make(0), *(other.result() for other in others)]
    for refusal in refusals:
        if len(refusals) == len(wanted) or isinstance(refusal, CallerError):
            raise refusal
    answer = _answer(made, call, 0)
    if answer.status == 303:
        for job in made:
            if job.ended:
                jobs.ensure(job)  # one that was refused is nowhere else, and its reason is told at the end
    return replace(answer, headers={**told, **answer.headers})


def _wait_on(ids: str, call: HttpRequest, hop: int) -> HttpResponse:
    """Answers a call that was sent to wait on, for the `hop`th time; raises as `owners.check` does."""
    wanted = ids.split(",")
    if len(wanted) > MOST:
        raise InvalidRequest(f"the address names more than {MOST} jobs", field="id")
    owners.check(replace(call, headers=credentials.with_key_alone(call.headers)), *wanted)
    found = dispatch.wait_for_all(wanted, dispatch.waiting_time(call, settings().wait_seconds))
    return _answer(found, call, hop)


def _answer(made: Sequence[Job], call: HttpRequest, hop: int) -> HttpResponse:
    """The answer to a call that has waited `hop` times for these jobs, in their order."""
    running = [job for job in made if not job.ended]
    if running and hop >= dispatch.HOPS:
        raise dispatch.too_long(f"/api/jobs/{running[0].id}")
    if running:
        return _see_other(made, call, hop + 1)
    failures = {job.id: answers.job_response(job, call) for job in made if not job.result}
    if len(failures) == len(made):
        return failures[made[0].id]
    data, warnings = _data([job for job in made if job.result], call)
    warnings = [*dict.fromkeys(warning for job in made for warning in job.warnings), *warnings]
    told: dict[str, Any] = {"jobs": [shown(job) for job in made if job.result], "warnings": warnings}
    if failures:
        told["errors"] = [{"jobId": job, **_error(answer)} for job, answer in failures.items()]
    return HttpResponse(200, {"created": int(made[0].created), "data": data, "easel": told})


def _see_other(made: Sequence[Job], call: HttpRequest, hop: int) -> HttpResponse:
    """Sends the caller to wait on. Clients follow; who does not reads here what to do."""
    place = f"{call.endpoint}{PATH}/{','.join(job.id for job in made)}?hop={hop}"
    message = "the pictures take longer than one call may: GET the address in Location, which waits on for them"
    body = {"status": "running", "message": message, "jobIds": [job.id for job in made]}
    return HttpResponse(303, body, {"Location": place, "Cache-Control": "no-store"})


def _data(made: Sequence[Job], call: HttpRequest) -> tuple[list[dict[str, str]], list[str]]:
    """OpenAI's `data`; a picture that has no room in the answer is a link all the same, with a warning."""
    room = answers.MAX_B64
    data, warnings = [], []
    for number, job in enumerate(made):
        result = job.result
        assert result
        entry = {"url": f"{call.endpoint}/api/{result.key}" if result.key else result.url}
        if job.request.response_format == "b64_json":
            text, missing = answers.base64_of(result, room)
            if text:
                entry = {"b64_json": text}
                room -= result.size
            else:
                warnings.append(f"data[{number}] has url in place of b64_json: {missing}")
        data.append(entry)
    return data, warnings


def _error(answer: HttpResponse) -> dict[str, Any]:
    told = translated(answer).body or {}
    error: dict[str, Any] = told["error"]
    return error


def read(body: bytes, headers: Mapping[str, str]) -> list[ValidatedRequest]:
    """What a call asks for, one request for each picture; `headers` have lower-case names.

    It is judged in this order: body, model, token present where required, then the fields. Raises `CallerError`, or
    `AuthInvalid` for what cannot be a token or a key.
    """
    given = {name: value for name, value in validation.read_object(body).items() if value is not None}
    found = images_api.model_of(given)
    brought = credentials.read(found[0], headers)
    valid, count = images_api.judged(given, found, brought.key)
    token, *spare = brought.tokens or (None,)
    valid = replace(valid, token=token, spare_tokens=tuple(filter(None, spare)))
    first = valid.request.seed
    seeds = [(first + number) % (MAX_SEED + 1) for number in range(count)]
    return [replace(valid, request=replace(valid.request, seed=seed)) for seed in seeds]
