"""The adapter for ModelScope: `POST /api/providers/modelscope/generate`, and jobs.

It starts a task and polls it until it ends. docs/providers/modelscope.md describes the protocol.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

import magicubes
from easel.common.contents import Content
from easel.common.deadline import Deadline
from easel.common.provider_text import code, short_message
from easel.errors import EaselError, GenerationFailed, ProviderError, TaskFailed
from easel.errors.base import RETRY_ADVICE
from easel.handler import lambda_handler
from easel.providers import durations, error_mapping, error_rules, inline_images, source_links, tasks
from easel.providers.adapter import GeneratedImage, Run
from easel.providers.durations import Durations, Span
from easel.providers.error_rules import FailedReply
from easel.providers.http import Http, Reply
from easel.providers.tasks import State
from easel.providers.token_use import Allowance
from easel.store.records import GenerationRequest, Progress
from easel.store.source_images import SourceImage
from modelscope_errors import ROWS

PROVIDER = "modelscope"
SUBMISSION_ROWS = (*ROWS, *error_rules.MISSING_MODEL_RULES)
SUBMIT_SECONDS = 30.0
TASK_GONE_TEXTS = ("task not found", "task not exist", "task does not exist", "task expired", "task has expired")

MIN_GUIDANCE = 1.5
"""ModelScope's documented minimum. The catalog's ranges, which are from the specification, start below it."""
REPORT_ACCURACY = 0.05
"""Accuracy of the reported duration, in seconds."""


def submission(request: GenerationRequest, images: Sequence[SourceImage] = ()) -> dict[str, Any]:
    """Return the body that starts a task (docs/providers/modelscope.md#request).

    Only documented fields are sent, because ModelScope ignores others. One source picture is sent as a `data:` link,
    several as a list. Without a size, the model uses the size of the source.
    """
    fields: dict[str, Any] = {
        "model": request.model,
        "prompt": request.prompt,
        "steps": request.steps,
        "seed": request.seed,
    }
    if request.width:
        fields["size"] = f"{request.width}x{request.height}"
    if images:
        links = [image.data_link for image in images]
        fields[request.catalog_model.image_field] = links if len(links) > 1 else links[0]
    if request.negative_prompt:
        fields["negative_prompt"] = request.negative_prompt
    if request.guidance_scale is not None:
        fields["guidance"] = max(MIN_GUIDANCE, request.guidance_scale)
    return {**fields, **request.catalog_model.upstream}


def warnings_of(request: GenerationRequest) -> tuple[str, ...]:
    """Return the warnings that apply to any picture of this request."""
    if request.guidance_scale is None or request.guidance_scale >= MIN_GUIDANCE:
        return ()
    return (f"guidanceScale was raised to {MIN_GUIDANCE}, ModelScope's minimum",)


def task_id(reply: Reply) -> str:
    """Return the id of the started task. Raise `ProviderError` without one.

    A `task_status: SUCCEED` here only means "accepted" (docs/providers/modelscope.md#tasks).
    """
    body = _object(reply)
    value = body.get("task_id")
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value):
        raise _unexpected(reply, "started no task")
    return str(value)


def picture_url(reply: Reply, request: GenerationRequest | None = None) -> str | None:
    """Return the picture's link, or None while the task runs. Raise the errors of `tasks.picture_of`."""
    body = _object(reply)
    name = str(body.get("task_status") or "")
    if not name and error_mapping.has_error(reply):
        raise error_of(reply, request)
    outputs = body.get("outputs")
    places = (body, outputs if isinstance(outputs, Mapping) else {})
    picture = next((found for place in places if (found := _first_picture(place.get("output_images")))), None)
    state = State(name.lower(), picture, tasks.reason_of(body))
    return tasks.picture_of(state, reply, lambda: _ended(name, body, request))


def _first_picture(images: Any) -> str | None:
    """Return the first picture's link or base64 text. It may be a text, a list, or an object in OpenAI's format."""
    first = next(iter(images), None) if isinstance(images, list) else images
    values = [first.get(name) for name in ("url", "b64_json")] if isinstance(first, dict) else [first]
    return next((value for value in values if isinstance(value, str) and value), None)


def _large_picture(reply: Reply) -> Content | None:
    """Return the base64 picture in a large response, or None without one."""
    try:
        return inline_images.in_answer(reply.content, PROVIDER)
    except ProviderError as error:
        raise tasks.TaskEnded(error) from error


def seconds_taken(reply: Reply) -> float | None:
    """Return the task's duration in seconds from `time_taken`, or None without it."""
    milliseconds = _object(reply).get("time_taken")
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float):
        return None
    return milliseconds / 1000


def span(before: float, after: float, reported: float | None) -> Span:
    """Return the earliest and latest end of a task: two polls, or the provider's report if it is between them."""
    if reported is not None and before <= reported <= after:
        return reported, min(after, reported + REPORT_ACCURACY)
    return before, after


def _ended(status: str, body: dict[str, Any], request: GenerationRequest | None) -> EaselError:
    """Return the error for a failed task. Its message is in `errors`, `error` or `output.error`, as object or text."""
    text = short_message(json.dumps({name: value for name, value in body.items() if name != "outputs"}))
    if text.strip(" .").lower() in TASK_GONE_TEXTS:
        return tasks.unknown_task(PROVIDER, text)
    # The status 400 selects all rules about texts. The task's own code is not an HTTP status.
    answer = FailedReply(400, text, code(body))
    if (error := error_mapping.match(answer, PROVIDER, ROWS, request)) is None:
        said = f". It said: {text[:200]}" if text else ""
        ended = f"ModelScope's task ended as {status}; {RETRY_ADVICE}{said}"
        error = GenerationFailed(ended, provider=PROVIDER, upstream=text)
    if type(error) is ProviderError:
        return TaskFailed(error.message, provider=PROVIDER, upstream=text, retry_after=error.retry_after)
    return error


def error_of(reply: Reply, request: GenerationRequest | None = None) -> EaselError:
    """Return the error for a failed poll. A 404 means that the task is missing, and says nothing about the model."""
    return error_mapping.error_of(reply, ROWS, request)


def submission_error(reply: Reply, request: GenerationRequest | None = None) -> EaselError:
    """Return the error for a submission that started no task."""
    return error_mapping.error_of(reply, SUBMISSION_ROWS, request)


def _object(reply: Reply) -> dict[str, Any]:
    body = reply.json()
    if not isinstance(body, dict):
        raise _unexpected(reply, "returned something that is not a JSON object")
    return body


def _unexpected(reply: Reply, what: str) -> ProviderError:
    return ProviderError(
        f"ModelScope {what} (HTTP {reply.status}); {RETRY_ADVICE}", provider=PROVIDER, upstream=reply.text
    )


class ModelScope:
    """The adapter. `base_url` ends in `/v1`."""

    def __init__(self, base_url: str, http: Http | None = None) -> None:
        self._base_url = base_url
        self._http = http or Http(PROVIDER)
        self._durations = Durations(PROVIDER)

    def generate(self, request: GenerationRequest, token: str | None, run: Run) -> GeneratedImage:
        """Start a task once, then poll it until it has ended. A task of an earlier attempt is only polled."""
        task, moments = run.task, []
        if not task:
            images = source_links.read(request, self._http, run.deadline)
            task = self._submit(request, images, token, run.deadline.within(SUBMIT_SECONDS))
            run.accept(task)
            moments = durations.poll_moments(self._durations.of(request.model))
        poll = partial(self._poll, task, token, run, request)
        (picture, took), (before, after) = tasks.wait(poll, run, PROVIDER, moments)
        if not run.task:  # the start of an earlier attempt's task is unknown
            self._durations.add(request.model, span(before, after, took))
        form = {"url": picture} if isinstance(picture, str) else {"data": picture}
        return GeneratedImage(origin=self._base_url, warnings=warnings_of(request), **form)

    def has_allowance(self, token: str) -> bool | None:
        """Return whether the token's account can pay for a picture, or None if it is unknown."""
        return magicubes.can_pay(self._http, self._base_url, token)

    def allowance(self, token: str) -> Allowance | None:
        """Return the magicubes of the token's account, or None if they are unknown."""
        return magicubes.allowance(self._http, self._base_url, token)

    def _submit(
        self, request: GenerationRequest, images: Sequence[SourceImage], token: str | None, deadline: Deadline
    ) -> str:
        headers = {**_auth(token), "X-ModelScope-Async-Mode": "true"}
        url = f"{self._base_url}/images/generations"
        reply = self._http.post(url, submission(request, images), deadline, headers=headers)
        return tasks.read_answer(reply, lambda: task_id(reply), SUBMISSION_ROWS, request, wanted="task")

    def _poll(
        self, task: str, token: str | None, run: Run, request: GenerationRequest
    ) -> tuple[str | Content, float | None] | None:
        """Poll the task once. Return the picture or its link, with the task's duration; None while the task runs.

        Without the task-type header, the response is "task not found" (docs/providers/modelscope.md#protocol).
        """
        headers = {**_auth(token), "X-ModelScope-Task-Type": "image_generation"}
        reply = tasks.poll(self._http, f"{self._base_url}/tasks/{quote(task, safe='')}", headers, run)
        if not reply.is_success:
            raise error_of(reply, request)
        if len(reply.content) > inline_images.LARGE and (image := _large_picture(reply)):
            return image, None
        if b'"PENDING"' in reply.content[: inline_images.LARGE]:
            run.report(Progress(percent=0))
        picture = picture_url(reply, request)
        return (picture, seconds_taken(reply)) if picture else None


def _auth(token: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


handler = lambda_handler(PROVIDER, lambda provider: ModelScope(provider.url))
