"""ModelScope: `POST /api/providers/modelscope/generate`, and jobs. Submits a task and polls it until it ends.

The protocol is described in docs/providers/modelscope.md.
"""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import quote

import magicubes
from easel.common.deadline import Deadline
from easel.common.provider_text import code, short_message
from easel.errors import (
    EaselError,
    GenerationFailed,
    GenerationTimeout,
    ProviderError,
    ProviderUnreachable,
    QuotaExceeded,
    RateLimited,
    TaskFailed,
    TaskGone,
)
from easel.handler import lambda_handler
from easel.providers import durations, error_mapping, error_rules
from easel.providers.adapter import GeneratedImage, Run
from easel.providers.durations import Durations, Span
from easel.providers.error_rules import FailedReply
from easel.providers.http import Http, Reply
from easel.store.records import GenerationRequest, Progress
from modelscope_errors import ROWS

PROVIDER = "modelscope"
DONE = frozenset({"SUCCEED", "SUCCEEDED", "SUCCESS"})
RUNNING = frozenset({"PENDING", "QUEUED", "RUNNING", "PROCESSING"})
FAILED = frozenset({"FAILED", "FAILURE", "CANCELED", "CANCELLED"})
SUBMIT_SECONDS = 30.0
POLL_TIMEOUT_SECONDS = 10.0
OUTAGE_SECONDS = 30.0
"""Polls may fail this long in a row before the task is given up; one failed poll is not a failed task."""
GONE = (404, 410)
"""Statuses of a poll, with an error of ModelScope's own, which say that there is no such task."""
GONE_TEXTS = ("task not found", "task not exist", "task does not exist", "task expired", "task has expired")

LEAST_GUIDANCE = 1.5
"""The documented minimum; the catalog's ranges, which the specification gives, begin below it."""
SURE_SECONDS = 0.05
"""Accuracy of the duration that ModelScope reports."""
POLL_FAILURES = (ProviderError, ProviderUnreachable, RateLimited, QuotaExceeded, GenerationTimeout)
"""A poll that fails so says nothing about the task, which goes on."""


def submission(request: GenerationRequest) -> dict[str, Any]:
    """The body that starts a task, with the documented names: ModelScope ignores others.

    See docs/providers/modelscope.md#request.
    """
    fields: dict[str, Any] = {
        "model": request.model,
        "prompt": request.prompt,
        "size": f"{request.width}x{request.height}",
        "steps": request.steps,
        "seed": request.seed,
    }
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


class _TaskEnded(Exception):
    """The task has ended without a picture, unlike a poll that failed. Never leaves this module."""

    def __init__(self, error: EaselError) -> None:
        super().__init__(error.message)
        self.error = error


def task_id(reply: Reply) -> str:
    """The id of the task that was started.

    `task_status: SUCCEED` beside it only means "accepted" (docs/providers/modelscope.md#tasks).
    """
    body = _object(reply)
    value = body.get("task_id")
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value):
        raise _unexpected(reply, "started no task")
    return str(value)


def picture_url(reply: Reply, request: GenerationRequest | None = None) -> str | None:
    """The picture's link once the task is done, None while it runs; raises what a failed task means.

    A state that is not known counts as done if a picture comes with it.
    """
    body = _object(reply)
    status = _status(reply)
    if status in FAILED:
        raise _ended(status, body, request)
    if status in RUNNING:
        return None
    images = body.get("output_images")
    if picture := _first_picture(images if isinstance(images, list) else [images]):
        return picture
    if status in DONE:
        error = TaskFailed("ModelScope ended its task without a picture", provider=PROVIDER, upstream=reply.text)
        if images or body.get("outputs"):  # which Easel cannot read, and which are paid
            error.tries, error.drawn = 1, True
        raise error
    if not status:
        raise (
            error_of(reply, request)
            if error_mapping.has_error(reply)
            else _unexpected(reply, "gave no status of its task")
        )
    return None


def _first_picture(images: list[Any]) -> str | None:
    """The first picture's link, or its bytes in base64: alone, or in an object as OpenAI has it."""
    first = images[0] if images else None
    values = [first.get(name) for name in ("url", "b64_json")] if isinstance(first, dict) else [first]
    return next((value for value in values if isinstance(value, str) and value), None)


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
        return _task_gone(text)
    # The task's own code is no HTTP status; 400 lets all rows count that read a text.
    answer = FailedReply(400, text, code(body))
    if (error := error_mapping.of_answer(answer, PROVIDER, ROWS, request)) is None:
        reason = f": {text[:200]}" if text else ""
        error = GenerationFailed(f"ModelScope's task ended as {status}{reason}", provider=PROVIDER, upstream=text)
    if type(error) is ProviderError:
        return TaskFailed(error.message, provider=PROVIDER, upstream=text, retry_after=error.retry_after)
    return error


def _task_gone(text: str) -> TaskGone:
    return TaskGone("ModelScope does not know this task any more", provider=PROVIDER, upstream=text)


def error_of(reply: Reply, request: GenerationRequest | None = None) -> EaselError:
    """The error for an unsuccessful poll. Its 404 is about the task, so it says nothing about the model."""
    return error_mapping.error_of(reply, ROWS, request)


def submission_error(reply: Reply, request: GenerationRequest | None = None) -> EaselError:
    """The error for a submission that started no task."""
    return error_mapping.error_of(reply, (*ROWS, *error_rules.GONE), request)


def _status(reply: Reply) -> str:
    return str(_object(reply).get("task_status") or "").upper()


def _object(reply: Reply) -> dict[str, Any]:
    body = reply.json()
    if not isinstance(body, dict):
        raise _unexpected(reply, "answered with something that is no JSON object")
    return body


def _unexpected(reply: Reply, what: str) -> ProviderError:
    return ProviderError(f"ModelScope {what} (HTTP {reply.status})", provider=PROVIDER, upstream=reply.text)


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
            task = self._submit(request, token, run.deadline.sooner(SUBMIT_SECONDS))
            run.accept(task)
            moments = durations.poll_moments(self._durations.of(request.model))
        started = healthy = time.monotonic()
        before = 0.0
        while not run.deadline.passed:
            wait = durations.pause(time.monotonic() - started, moments)
            time.sleep(min(wait, run.deadline.remaining()))
            polled = time.monotonic() - started
            try:
                url, took = self._poll(task, token, run, request)
            except _TaskEnded as ended:
                run.accept("")
                raise ended.error from None
            except POLL_FAILURES as error:
                if time.monotonic() - healthy > OUTAGE_SECONDS:
                    error.drawn = True  # the task was accepted, and may have ended since
                    raise
                continue
            healthy = time.monotonic()
            if url:
                if not run.task:  # else nobody knows here when the task began
                    self._durations.add(request.model, span(before, healthy - started, took))
                return GeneratedImage(origin=self._base_url, url=url, warnings=warnings_of(request))
            before = polled
        raise GenerationTimeout("ModelScope's task did not end in time; it may have been stuck", provider=PROVIDER)

    def has_allowance(self, token: str) -> bool | None:
        """Whether the token's account has magicubes for a picture; None if ModelScope does not say."""
        return magicubes.suffice(self._http, self._base_url, token)

    def _submit(self, request: GenerationRequest, token: str | None, deadline: Deadline) -> str:
        headers = {**_auth(token), "X-ModelScope-Async-Mode": "true"}
        url = f"{self._base_url}/images/generations"
        reply = self._http.post(url, submission(request), deadline, headers=headers)
        if not reply.is_success:
            raise submission_error(reply, request)
        try:
            return task_id(reply)
        except ProviderError:
            if error_mapping.has_error(reply):
                raise submission_error(reply, request) from None
            raise

    def _poll(
        self, task: str, token: str | None, run: Run, request: GenerationRequest
    ) -> tuple[str | None, float | None]:
        """Asks for the task's status once: the picture's link, and how long it took.

        Without the task-type header the response is "task not found" (docs/providers/modelscope.md#protocol).
        """
        headers = {**_auth(token), "X-ModelScope-Task-Type": "image_generation"}
        url = f"{self._base_url}/tasks/{quote(task, safe='')}"
        deadline = run.deadline.sooner(POLL_TIMEOUT_SECONDS)
        reply = self._http.get(url, deadline, headers=headers, attempts=1)
        if reply.status in GONE and run.task and error_mapping.has_error(reply):
            raise _TaskEnded(_task_gone(reply.text))
        if not reply.is_success:
            raise error_of(reply, request)
        if b'"PENDING"' in reply.content:
            run.report(Progress(percent=0))
        try:
            picture = picture_url(reply, request)
        except EaselError as error:
            if _status(reply) in (DONE | FAILED):
                raise _TaskEnded(error) from error
            raise
        return picture, seconds_taken(reply) if picture else None


def _auth(token: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


handler = lambda_handler(PROVIDER, lambda provider: ModelScope(provider.url))
