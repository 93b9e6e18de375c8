"""ModelScope: `POST /api/providers/modelscope/generate`, and jobs. Submits a task and polls it until it ends.

The protocol is described in docs/providers/modelscope.md.
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
from easel.errors.base import AGAIN
from easel.handler import lambda_handler
from easel.providers import durations, error_mapping, error_rules, inline_images, source_links, tasks
from easel.providers.adapter import GeneratedImage, Run
from easel.providers.durations import Durations, Span
from easel.providers.error_rules import FailedReply
from easel.providers.http import Http, Reply
from easel.providers.tasks import State
from easel.providers.token_use import Figure
from easel.store.records import GenerationRequest, Progress
from easel.store.source_images import SourceImage
from modelscope_errors import ROWS

PROVIDER = "modelscope"
SUBMISSION_ROWS = (*ROWS, *error_rules.GONE)
SUBMIT_SECONDS = 30.0
GONE_TEXTS = ("task not found", "task not exist", "task does not exist", "task expired", "task has expired")

LEAST_GUIDANCE = 1.5
"""The documented minimum; the catalog's ranges, which the specification gives, begin below it."""
SURE_SECONDS = 0.05
"""Accuracy of the duration that ModelScope reports."""


def submission(request: GenerationRequest, images: Sequence[SourceImage] = ()) -> dict[str, Any]:
    """The body that starts a task, with the documented names: ModelScope ignores others.

    See docs/providers/modelscope.md#request. Pictures to start from are `data:` links: one a text, several a list.
    Without a size the model takes theirs.
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
        fields["guidance"] = max(LEAST_GUIDANCE, request.guidance_scale)
    return {**fields, **request.catalog_model.upstream}


def warnings_of(request: GenerationRequest) -> tuple[str, ...]:
    """What the caller should know of any picture of this request."""
    if request.guidance_scale is None or request.guidance_scale >= LEAST_GUIDANCE:
        return ()
    return (f"guidanceScale was raised to {LEAST_GUIDANCE}: ModelScope takes no less",)


def task_id(reply: Reply) -> str:
    """The id of the task that was started.

    Its `task_status: SUCCEED` only means "accepted" (docs/providers/modelscope.md#tasks).
    """
    body = _object(reply)
    value = body.get("task_id")
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value):
        raise _unexpected(reply, "started no task")
    return str(value)


def picture_url(reply: Reply, request: GenerationRequest | None = None) -> str | None:
    """The picture's link once the task is done, None while it runs; raises as `tasks.picture_of` does."""
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
    """The first picture's link, or its bytes in base64: alone, in a list, or in an object as OpenAI has it."""
    first = next(iter(images), None) if isinstance(images, list) else images
    values = [first.get(name) for name in ("url", "b64_json")] if isinstance(first, dict) else [first]
    return next((value for value in values if isinstance(value, str) and value), None)


def _large_picture(reply: Reply) -> Content | None:
    """The picture in base64 that a large answer holds; None without one."""
    try:
        return inline_images.in_answer(reply.content, PROVIDER)
    except ProviderError as error:
        raise tasks.TaskEnded(error) from error


def seconds_taken(reply: Reply) -> float | None:
    """How long the task took according to `time_taken`; None without it."""
    milliseconds = _object(reply).get("time_taken")
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float):
        return None
    return milliseconds / 1000


def span(before: float, after: float, reported: float | None) -> Span:
    """When a task ended: between two polls; more exactly, if the provider reports a time that lies between them."""
    if reported is not None and before <= reported <= after:
        return reported, min(after, reported + SURE_SECONDS)
    return before, after


def _ended(status: str, body: dict[str, Any], request: GenerationRequest | None) -> EaselError:
    """The error for a failed task. Its message lies in `errors`, `error` or `output.error`, as object or as text."""
    text = short_message(json.dumps({name: value for name, value in body.items() if name != "outputs"}))
    if text.strip(" .").lower() in GONE_TEXTS:
        return tasks.gone(PROVIDER, text)
    # The task's own code is not an HTTP status. With 400 all rows apply that read a text.
    answer = FailedReply(400, text, code(body))
    if (error := error_mapping.match(answer, PROVIDER, ROWS, request)) is None:
        said = f". It said: {text[:200]}" if text else ""
        ended = f"ModelScope's task ended as {status}; {AGAIN}{said}"
        error = GenerationFailed(ended, provider=PROVIDER, upstream=text)
    if type(error) is ProviderError:
        return TaskFailed(error.message, provider=PROVIDER, upstream=text, retry_after=error.retry_after)
    return error


def error_of(reply: Reply, request: GenerationRequest | None = None) -> EaselError:
    """The error for an unsuccessful poll. Its 404 is about the task, so it says nothing about the model."""
    return error_mapping.error_of(reply, ROWS, request)


def submission_error(reply: Reply, request: GenerationRequest | None = None) -> EaselError:
    """The error for a submission that started no task."""
    return error_mapping.error_of(reply, SUBMISSION_ROWS, request)


def _object(reply: Reply) -> dict[str, Any]:
    body = reply.json()
    if not isinstance(body, dict):
        raise _unexpected(reply, "answered with something that is no JSON object")
    return body


def _unexpected(reply: Reply, what: str) -> ProviderError:
    return ProviderError(f"ModelScope {what} (HTTP {reply.status}); {AGAIN}", provider=PROVIDER, upstream=reply.text)


class ModelScope:
    """The adapter. `base_url` ends in `/v1`."""

    def __init__(self, base_url: str, http: Http | None = None) -> None:
        self._base_url = base_url
        self._http = http or Http(PROVIDER)
        self._durations = Durations(PROVIDER)

    def generate(self, request: GenerationRequest, token: str | None, run: Run) -> GeneratedImage:
        """Submits once, then polls until the task has ended. A task of an earlier call is only polled."""
        task, moments = run.task, []
        if not task:
            images = source_links.read(request, self._http, run.deadline)
            task = self._submit(request, images, token, run.deadline.sooner(SUBMIT_SECONDS))
            run.accept(task)
            moments = durations.poll_moments(self._durations.of(request.model))
        poll = partial(self._poll, task, token, run, request)
        (picture, took), (before, after) = tasks.wait(poll, run, PROVIDER, moments)
        if not run.task:  # else nobody knows here when the task began
            self._durations.add(request.model, span(before, after, took))
        form = {"url": picture} if isinstance(picture, str) else {"data": picture}
        return GeneratedImage(origin=self._base_url, warnings=warnings_of(request), **form)

    def has_allowance(self, token: str) -> bool | None:
        """Whether the token's account has magicubes for a picture; None if ModelScope does not say."""
        return magicubes.suffice(self._http, self._base_url, token)

    def figure(self, token: str) -> Figure | None:
        """What is left of the magicubes of the token's account; None if ModelScope does not say."""
        return magicubes.figure(self._http, self._base_url, token)

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
        """Asks for the task's status once: the picture or its link, and how long it took; None while it runs.

        Without the task-type header the response is "task not found" (docs/providers/modelscope.md#protocol).
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
