"""ModelScope: `POST /api/providers/modelscope/generate`, and jobs. Submits a task and polls it until it ends.

The protocol is described in docs/providers/modelscope.md.
"""

from __future__ import annotations

import json
import re
import time
from typing import Any, TypedDict
from urllib.parse import quote

from easel.common.deadline import Deadline
from easel.common.texts import code, is_loading, is_refusal, short_message
from easel.errors import (
    AuthExpired,
    AuthInvalid,
    EaselError,
    GenerationFailed,
    GenerationTimeout,
    InvalidDimensions,
    NoAllowance,
    PromptRejected,
    ProviderError,
    ProviderUnreachable,
    QuotaExceeded,
    RateLimited,
    TaskFailed,
)
from easel.handler import lambda_handler
from easel.providers import durations
from easel.providers.adapter import GeneratedImage, Run
from easel.providers.durations import Durations, Span
from easel.providers.http import Http, Reply
from easel.store.records import GenerationRequest, Progress

PROVIDER = "modelscope"
LOADING = "ModelScope is still loading the model"
DONE = frozenset({"SUCCEED", "SUCCEEDED", "SUCCESS"})
FAILED = frozenset({"FAILED", "FAILURE", "CANCELED", "CANCELLED"})
SUBMIT_SECONDS = 30.0
POLL_TIMEOUT_SECONDS = 10.0
OUTAGE_SECONDS = 30.0
"""Polls may fail this long in a row before the task is given up; one failed poll is not a failed task."""


SURE_SECONDS = 0.05
"""Accuracy of the duration that ModelScope reports."""
LOADING_SECONDS = 30
"""When to come back to a model that is being loaded, where ModelScope does not say."""

# Each model has its own range of sizes, and the ranges change (docs/providers/modelscope.md#request). Therefore the
# name of the parameter in the refusal decides.
_SIZE = re.compile(
    r"\b(?:invalid|unsupported|parameter|field|value)\b\W+(?:\w+\W+)?(?:size|width|height)\b"
    r"|\b(?:size|width|height)\b\W+(?:\S+\W+)?(?:is|are|must|should|out|not|exceeds?|invalid|unsupported)\b",
    re.I,
)


class _Details(TypedDict):
    provider: str
    upstream: str


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
        fields["guidance"] = request.guidance_scale
    return {**fields, **request.catalog_model.upstream}


def task_id(reply: Reply) -> str:
    """The id of the task that was started.

    `task_status: SUCCEED` beside it only means "accepted" (docs/providers/modelscope.md#tasks).
    """
    body = _object(reply)
    value = body.get("task_id")
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value):
        raise _unexpected(reply, "started no task")
    return str(value)


def picture_url(reply: Reply) -> str | None:
    """The picture's link once the task is done, None while it runs; raises what a failed task means."""
    body = _object(reply)
    status = str(body.get("task_status") or "").upper()
    if status in FAILED:
        raise _ended(status, body)
    if status not in DONE:
        if reply.status != 200 or not status:
            raise _unexpected(reply, "gave no status of its task")
        return None
    images = body.get("output_images")
    if isinstance(images, list) and images and isinstance(images[0], str):
        return images[0]
    raise TaskFailed("ModelScope ended its task without a picture", provider=PROVIDER, upstream=reply.text)


def seconds_taken(reply: Reply) -> float | None:
    """How long the task took according to `time_taken`; None without it."""
    milliseconds = _object(reply).get("time_taken")
    return milliseconds / 1000 if isinstance(milliseconds, int | float) else None


def span(before: float, after: float, reported: float | None) -> Span:
    """When a task ended: between two polls; more exactly, if the provider reports a time that lies between them."""
    if reported is not None and before <= reported <= after:
        return reported, min(after, reported + SURE_SECONDS)
    return before, after


def _ended(status: str, body: dict[str, Any]) -> EaselError:
    """The error for a failed task. Its message lies in `errors`, `error` or `output.error`, as object or as text."""
    text = short_message(json.dumps({name: value for name, value in body.items() if name != "outputs"}))
    details: _Details = {"provider": PROVIDER, "upstream": text}
    if refused := _refusal(text, code(body), details):
        return refused
    if is_loading(text):
        return TaskFailed(f"{LOADING}; try again in a while", retry_after=LOADING_SECONDS, **details)
    return GenerationFailed(f"ModelScope's task ended as {status}{f': {text[:200]}' if text else ''}", **details)


def _refusal(text: str, code: str, details: _Details) -> PromptRejected | None:
    if not is_refusal(text, code):
        return None
    return PromptRejected("ModelScope's moderation refused the prompt or the picture; change the prompt", **details)


def error_of(reply: Reply) -> EaselError:
    """The error for an unsuccessful response.

    Two envelopes are in use, `error` and `errors` (docs/providers/modelscope.md#errors).
    """
    text = short_message(reply.text)
    details: _Details = {"provider": PROVIDER, "upstream": text}
    if reply.status in (401, 403):
        return _refused_token(reply.status, text, details)
    if reply.status == 429:
        return _refused_call(reply, text, details)
    if reply.status in (400, 422, 451) and (refused := _refusal(text, _code(reply), details)):
        return refused
    if reply.status == 400 and _SIZE.search(text):
        return InvalidDimensions("width, height: ModelScope refuses this size for this model", field="width", **details)
    if is_loading(text):
        return ProviderError(f"{LOADING}; try again in a while", retry_after=_wait(reply, LOADING_SECONDS), **details)
    if "server is busy" in text.lower():
        return _busy(reply, details)
    return ProviderError(f"ModelScope answered HTTP {reply.status}", retry_after=_wait(reply), **details)


def _refused_token(status: int, text: str, details: _Details) -> EaselError:
    if status == 401 and re.search(r"\bbind\b", text, re.I):
        return AuthInvalid("ModelScope wants this account bound to an Alibaba Cloud account first", **details)
    if status == 401 and re.search(r"\bexpired\b", text, re.I):
        return AuthExpired("the ModelScope token has expired; get a new one at https://modelscope.cn", **details)
    return AuthInvalid("ModelScope refused the token; the header X-MS-Token must hold a valid one", **details)


def _refused_call(reply: Reply, text: str, details: _Details) -> EaselError:
    """The error for a 429.

    The code `insufficient_quota` only means "slower", so the text decides (docs/providers/modelscope.md#errors).
    """
    if "insufficient balance" in text.lower():  # also the response for retired models
        return NoAllowance("the ModelScope account has no balance for this model, or the model is gone", **details)
    if "today's quota" in text.lower():
        return QuotaExceeded("today's ModelScope quota for this model is used up; try tomorrow", **details)
    return _busy(reply, details)


def _busy(reply: Reply, details: _Details) -> RateLimited:
    return RateLimited("ModelScope takes no more calls at the moment; try again", retry_after=_wait(reply), **details)


def _wait(reply: Reply, otherwise: int | None = None) -> int | None:
    return otherwise if reply.retry_after is None else reply.retry_after


def _code(reply: Reply) -> str:
    try:
        return code(reply.json())
    except ProviderError:
        return ""


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
        """Submits once, then polls until the task has ended."""
        task = self._submit(request, token, run.deadline.sooner(SUBMIT_SECONDS))
        started = healthy = time.monotonic()
        before, moments = 0.0, durations.poll_moments(self._durations.of(request.model))
        while not run.deadline.passed:
            wait = durations.pause(time.monotonic() - started, moments)
            time.sleep(min(wait, run.deadline.remaining()))
            polled = time.monotonic() - started
            try:
                url, took = self._poll(task, token, run)
            except TaskFailed:
                raise
            except (ProviderError, ProviderUnreachable, RateLimited, GenerationTimeout):
                if time.monotonic() - healthy > OUTAGE_SECONDS:
                    raise
                continue
            healthy = time.monotonic()
            if url:
                self._durations.add(request.model, span(before, healthy - started, took))
                return GeneratedImage(origin=self._base_url, url=url)
            before = polled
        raise GenerationTimeout("ModelScope's task did not end in time; it may have been stuck", provider=PROVIDER)

    def _submit(self, request: GenerationRequest, token: str | None, deadline: Deadline) -> str:
        headers = {**_auth(token), "X-ModelScope-Async-Mode": "true"}
        url = f"{self._base_url}/images/generations"
        reply = self._http.post(url, submission(request), deadline, headers=headers)
        if reply.status != 200:
            raise error_of(reply)
        return task_id(reply)

    def _poll(self, task: str, token: str | None, run: Run) -> tuple[str | None, float | None]:
        """Asks for the task's status once: the picture's link, and how long it took.

        Without the task-type header the response is "task not found" (docs/providers/modelscope.md#protocol).
        """
        headers = {**_auth(token), "X-ModelScope-Task-Type": "image_generation"}
        url = f"{self._base_url}/tasks/{quote(task, safe='')}"
        deadline = run.deadline.sooner(POLL_TIMEOUT_SECONDS)
        reply = self._http.get(url, deadline, headers=headers, attempts=1)
        if reply.status != 200:
            raise error_of(reply)
        if b'"PENDING"' in reply.content:
            run.report(Progress(percent=0))
        picture = picture_url(reply)
        return picture, seconds_taken(reply) if picture else None


def _auth(token: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


handler = lambda_handler(PROVIDER, lambda provider: ModelScope(provider.url))
