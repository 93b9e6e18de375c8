"""Responses with pictures of `/v1/images/generations`, as JSON or as server-sent events."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fastapi import Response
from fastapi.sse import EventSourceResponse, format_sse_event

from dependencies import respond
from easel.front_door import job_responses
from easel.front_door.http_messages import HttpRequest, HttpResponse
from easel.front_door.v1_format import format_warnings, image_facts, shared_facts
from easel.store.records import Job, Result
from v1.errors import translated

GENERATED, EDITED = "image_generation.completed", "image_edit.completed"
"""OpenAI's names of the events with a picture."""


def answer(call_jobs: Sequence[Job], call: HttpRequest) -> HttpResponse:
    """Return the pictures of ended jobs. If none has a picture, return the error of the first job."""
    failures = {job.id: job_responses.job_response(job, call) for job in call_jobs if not job.result}
    if len(failures) == len(call_jobs):
        return failures[call_jobs[0].id]
    drawn = [job for job in call_jobs if job.result]
    data, warnings = _data(drawn, call)
    warnings = [*dict.fromkeys(text for job in call_jobs for text in job.warnings), *format_warnings(drawn), *warnings]
    facts: dict[str, Any] = {"jobs": [image_facts(job) for job in drawn], "warnings": warnings}
    if failures:
        facts["errors"] = [{"jobId": job, **error_of(response)} for job, response in failures.items()]
    return HttpResponse(
        200, {"created": int(call_jobs[0].created), "data": data, **shared_facts(drawn), "easel": facts}
    )


def _data(call_jobs: Sequence[Job], call: HttpRequest) -> tuple[list[dict[str, str]], list[str]]:
    """Return OpenAI's `data`, and warnings.

    Entries have `url` or `b64_json`, or both if the call does not choose. A picture that would make the response too
    large has `url` only.
    """
    room = job_responses.MAX_B64
    data, warnings = [], []
    for number, job in enumerate(call_jobs):
        result, wanted = job.result, job.request.response_format
        assert result
        text, missing = job_responses.base64_of(result, room) if wanted != "url" else ("", "")
        room -= result.size if text else 0
        entry = {"url": url_of(result, call)} if wanted != "b64_json" or missing else {}
        data.append({**entry, **({"b64_json": text} if text else {})})
        if missing:
            warnings.append(f"data[{number}] has url and no b64_json: {missing}")
    return data, warnings


def url_of(result: Result, call: HttpRequest) -> str:
    """Return the link to a picture."""
    return f"{call.endpoint}/api/{result.key}" if result.key else result.url


def error_of(response: HttpResponse) -> dict[str, Any]:
    """Return OpenAI's `error` for a response in Easel's error format."""
    error: dict[str, Any] = (translated(response).body or {})["error"]
    return error


def as_events(response: HttpResponse, event: str) -> Response:
    """Convert a response with pictures to server-sent events. Return a redirect or an error unchanged.

    The events are sent when all pictures are ready, because a Lambda function behind an HTTP API cannot stream.
    """
    if response.status != 200 or response.body is None:
        return respond(response)
    content = b"".join(_events(response.body, event))
    return Response(content, headers=dict(response.headers), media_type=EventSourceResponse.media_type)


def _events(body: Mapping[str, Any], name: str) -> Iterator[bytes]:
    facts = body["easel"]
    for entry, job in zip(body["data"], facts["jobs"], strict=True):
        event = {
            "type": name,
            **entry,
            "created_at": body["created"],
            "size": f"{job['width']}x{job['height']}",
            "output_format": job["format"].lower(),
            "background": "auto",
            "quality": "auto",
            "usage": None,
            "easel": {**facts, "jobs": [job]},
        }
        yield format_sse_event(data_str=json.dumps(event, ensure_ascii=False), event=name)
