"""ModelScope API-Inference, as docs/providers/modelscope.md describes it.

It reproduces the provider's oddities: an accepted submission reports SUCCEED, a running task hides its ids, a failure
is HTTP 200, errors are in `error` or `errors`, unknown fields are ignored. `modelscope_polls.py` has the responses to
polls.
"""

import itertools
import random
import secrets
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.emulators import bad_answers, directives, held_pictures, quota, sources
from tests.emulators.fields import MAX_SEED, FieldError, Fields, read_json
from tests.emulators.magicubes import Accounts
from tests.emulators.modelscope_polls import FAILURES, ODD, poll_answer, request_id
from tests.emulators.pictures import INLINE, INTERNAL_URL, Picture, Shelf
from tests.emulators.request_log import Entry, RequestLog, bearer

# Pixels allowed per side (docs/providers/modelscope.md#request). FLUX.2-dev has no row of its own and takes FLUX's.
MODELS: Mapping[str, tuple[int, int]] = {
    "Tongyi-MAI/Z-Image-Turbo": (512, 2048),
    "black-forest-labs/FLUX.2-dev": (64, 1024),
    "black-forest-labs/FLUX.1-Krea-dev": (64, 1024),
    "MusePublic/489_ckpt_FLUX_1": (64, 1024),
    "Qwen/Qwen-Image-2.1": (64, 2048),
    "Qwen/Qwen-Image-Edit-2509": (64, 1664),
}
IMAGES = {"Qwen/Qwen-Image-2.1": "image", "Qwen/Qwen-Image-Edit-2509": "image_url"}
"""The field for source pictures. A model with `image_url` requires one."""
KNOWN_FIELDS = frozenset(
    ["model", "prompt", "negative_prompt", "size", "seed", "steps", "guidance", "image", "image_url", "loras"]
)
LONGEST_PROMPT = 1999
REQUESTS_LIMIT, MODEL_LIMIT = (
    2000,
    500,
)  # sent in headers as until autumn 2026, never enforced: the demo must not run dry

_NEEDS_ASYNC = (
    "image-gen task currently does not support synchronous calls. "
    "Please set header X-ModelScope-Async-Mode=true to submit an asynchronous task."
)
_BAD_TOKEN = "Authentication failed, please make sure that a valid ModelScope token is supplied."


@dataclass(frozen=True)
class Refusal:
    """A refusal: HTTP status, text, and the code in the body, if any."""

    status: int
    message: str
    code: str | None = None


# error, expired and notfound are guesses. The others have a source (docs/providers/modelscope.md#errors).
REFUSALS: Mapping[str, Refusal] = {
    "error": Refusal(500, "Internal server error"),
    "quota": Refusal(429, "You have exceeded today's quota for model {model}, please try again tomorrow" + quota.NOTE),
    "rate": Refusal(429, "Too many requests, please try again later", "insufficient_quota"),
    "retired": Refusal(400, "Model id : {model} , has no provider supported"),
    "payment": Refusal(402, "Insufficient Magicubes"),
    "quota200": Refusal(200, "Insufficient Magicubes"),
    "magicubes": Refusal(403, "magicube balance exhausted", "QuotaLimitExceed"),
    "toolong": Refusal(400, "invalid prompt or prompt length more than 4000"),
    "badsize": Refusal(400, "width must be a multiple of 8"),
    "email": Refusal(403, "Please verify your email address before use."),
    "balance": Refusal(429, "insufficient balance (1008)"),
    "auth": Refusal(401, _BAD_TOKEN),
    "expired": Refusal(401, "The ModelScope token has expired."),
    "unbound": Refusal(401, "Please bind your Alibaba Cloud account before use."),
    "realname": Refusal(403, "Please complete real-name verification of the bound Aliyun account before use."),
    "busy": Refusal(503, "Server is busy, please try again later"),
    "loading": Refusal(503, "Model {model} is currently loading"),
    "notfound": Refusal(404, "Not Found"),
}
UNDRAWN = frozenset({"never", "lost", "oddstate", *FAILURES, *ODD})
"""Faults of a task that never ends or ends without a picture."""
_BAD_TOKENS = {"invalid": "auth", "expired": "expired"}


@dataclass
class Task:
    """A generation. `due` is its end, or None if it never ends. Times are seconds since the epoch."""

    task_id: str
    picture: Picture
    picture_url: str
    submitted: float
    due: float | None
    polls: list[float] = field(default_factory=list)

    @property
    def fault(self) -> str | None:
        return self.picture.fault

    def as_json(self) -> dict[str, Any]:
        """Return the task for `GET /_emulator/tasks`. The lag is the time from its end to the next poll."""
        ended = self.due if self.due is not None and self.due <= time.time() else None
        return {"task_id": self.task_id, "submitted": self.submitted, "ended": ended, "polls": self.polls}


class Emulator:
    """The provider's state: tasks, pictures, requests, and the remaining calls of the day."""

    def __init__(self, seconds: float, picture_host: str = "") -> None:
        self.seconds = seconds
        self.picture_host = picture_host
        self.log, self.shelf = RequestLog(), Shelf()
        self.tasks: dict[str, Task] = {}
        self.used: Counter[str] = Counter()
        self.accounts = Accounts()
        self._numbers = itertools.count(5_075_521)

    async def submit(self, request: Request) -> Response:
        body = await read_json(request)
        entry = self.log.record("POST", request.url.path, request.headers, body)
        response = _refuse_request(request, body) or self._accept(request, body, entry)
        entry["status"] = response.status_code
        return response

    def _accept(self, request: Request, body: Mapping[str, Any], entry: Entry) -> Response:
        try:
            ordered = directives.parse(Fields(body).text("prompt", longest=LONGEST_PROMPT), "modelscope")
            picture = read_picture(body, ordered)
        except FieldError as bad:
            return _refuse_field(bad, body)
        except directives.DirectiveError as bad:
            return refuse(400, str(bad), envelope="errors")
        entry["ignored"] = sorted(set(body) - KNOWN_FIELDS)
        if not self.accounts.pay(bearer(request.headers) or ""):
            return _fail("magicubes") or refuse(403, "no magicubes")
        self.used[body["model"]] += 1
        seconds = self.seconds if ordered.delay is None else ordered.delay
        if ordered.fault in ("garbage", "badjson"):  # the response is lost, but the task runs
            self.log.drew(picture.caption)
        response = _fail(ordered.fault, body["model"]) or self._start(request, picture, seconds)
        response.headers.update(self._rate_headers(body["model"]))
        return response

    def _start(self, request: Request, picture: Picture, seconds: float) -> Response:
        path = f"/img/{secrets.token_hex(16)}.png"
        self.shelf.put(path, picture)
        host = self.picture_host or request.url.hostname
        link = str(request.url.replace(path=path, query="", hostname=host))
        url = INTERNAL_URL if picture.fault == "internal" else link
        if picture.fault in INLINE:
            url = INLINE[picture.fault](picture.file())
        number, now = next(self._numbers), time.time()
        due = None if picture.fault == "never" else now + seconds
        if picture.fault not in UNDRAWN:
            self.log.drew(picture.caption)
        self.tasks[str(number)] = Task(str(number), picture, url, now, due)
        task_id = number if picture.fault == "numbertask" else str(number)
        return JSONResponse({"task_id": task_id, "task_status": "SUCCEED", "request_id": request_id()})

    def _rate_headers(self, model: str) -> dict[str, str]:
        """Return the rate headers, which only a submission's response has (docs/providers/modelscope.md#quotas)."""
        prefix = "modelscope-ratelimit"
        return {
            f"{prefix}-requests-limit": str(REQUESTS_LIMIT),
            f"{prefix}-requests-remaining": str(max(0, REQUESTS_LIMIT - self.used.total())),
            f"{prefix}-model-requests-limit": str(MODEL_LIMIT),
            f"{prefix}-model-requests-remaining": str(max(0, MODEL_LIMIT - self.used[model])),
        }

    async def poll(self, request: Request) -> Response:
        if (refused := _refuse_token(request)) is not None:
            return refused
        task = self.tasks.get(request.path_params["task_id"])
        if task is None or request.headers.get("x-modelscope-task-type") != "image_generation":
            return poll_answer(None, 0)
        task.polls.append(time.time())
        if len(task.polls) == 1 and task.fault == "hangpoll":
            return bad_answers.HangResponse()
        if len(task.polls) == 1 and task.fault == "pollerror":
            return refuse(500, "Internal server error")
        held = held_pictures.held(task.picture.caption)
        return poll_answer(replace(task, due=None) if held else task, time.time())

    async def show_tasks(self, request: Request) -> Response:
        return JSONResponse([task.as_json() for task in self.tasks.values()])


def app(seconds: float = 0.3, picture_host: str = "") -> Starlette:
    """Return the provider as an ASGI app. A task takes `seconds` unless the prompt requests another delay.

    Links to pictures have the host `picture_host`, or the host of the call.
    """
    emulator = Emulator(seconds, picture_host)
    application = Starlette(
        routes=[
            Route("/v1/images/generations", emulator.submit, methods=["POST"]),
            Route("/v1/tasks/{task_id}", emulator.poll),
            Route("/v1/models", _list_models),
            Route("/api/v1/inference/list_model_providers", _list_model_providers),
            Route("/img/{name}", emulator.shelf.serve),
            Route("/_emulator/tasks", emulator.show_tasks),
            *emulator.accounts.routes(),
            *emulator.log.routes(),
            *held_pictures.routes(),
        ]
    )
    application.state.requests = emulator.log.entries
    application.state.tasks = emulator.tasks
    application.state.costs = {**dict.fromkeys(MODELS, 1), "Qwen/Qwen-Image-Edit-2509": 2}
    return application


def read_picture(body: Mapping[str, Any], ordered: directives.Directives) -> Picture:
    """Return the picture to draw. Raise FieldError for an invalid field (docs/providers/modelscope.md#request)."""
    fields = Fields(body)
    sides = MODELS.get(fields.text("model"))
    if sides is None or not ordered.caption:
        raise FieldError("model" if sides is None else "prompt")
    fields.text("negative_prompt", "", longest=LONGEST_PROMPT)
    fields.integer("steps", 9, 1, 100)
    fields.number("guidance", 3.5, 1.5, 20)
    field = IMAGES.get(body["model"], "")
    images = sources.of_links(body, field)
    if field == "image_url" and not images:
        raise FieldError(field)
    width, height = fields.size("size", *sides) or sources.size_of(images)
    seed = fields.integer("seed", random.randint(0, MAX_SEED), 0, MAX_SEED)
    return Picture(ordered.caption, seed, width, height, fault=ordered.fault, model=body["model"], sources=images)


def _refuse_request(request: Request, body: Any) -> Response | None:
    """Check token, asynchronous header and body in this order (docs/providers/modelscope.md#protocol)."""
    if (refused := _refuse_token(request)) is not None:
        return refused
    if request.headers.get("x-modelscope-async-mode", "").lower() != "true":
        return refuse(400, _NEEDS_ASYNC, envelope="errors")
    return None if isinstance(body, dict) else refuse(400, "request body is not valid JSON", envelope="errors")


def _refuse_token(request: Request) -> Response | None:
    token = bearer(request.headers, ["authorization"])
    return _fail("auth") if token is None else _fail(_BAD_TOKENS.get(token))


def _refuse_field(bad: FieldError, body: Mapping[str, Any]) -> Response:
    if bad.field == "model" and isinstance(body.get("model"), str):
        return refuse(400, f"Model id : {body['model']} , has no provider supported", envelope="errors")
    return refuse(400, f"Invalid parameter: {bad.field}", envelope="errors")


def _fail(fault: str | None, model: str = "") -> Response | None:
    """Return the response for a fault of the submission. Return None for no fault or a later one."""
    if refusal := REFUSALS.get(fault or ""):
        refused = refuse(refusal.status, refusal.message.format(model=model), refusal.code)
        refused.headers.update(quota.HEADERS or {} if fault == "quota" else {})
        return refused
    if fault == "refused200":
        return JSONResponse({"success": False, "message": "node 17 failed"})
    return bad_answers.broken(fault, garbage={"task": None, "request_id": 7})


def refuse(status: int, message: str, code: str | None = None, envelope: str = "error") -> Response:
    """Return a refusal in `error` (tokens, quotas, server errors) or `errors` (invalid requests)."""
    content: dict[str, Any] = {"message": message}
    if code is not None:
        content["code"] = code
    return JSONResponse({envelope: content, "request_id": request_id()}, status)


async def _list_models(request: Request) -> Response:
    """List models, even for invalid tokens (docs/providers/modelscope.md#protocol)."""
    models = [{"id": name, "object": "model", "created": 1735689600, "owned_by": "modelscope"} for name in MODELS]
    return JSONResponse({"object": "list", "data": models})


async def _list_model_providers(request: Request) -> Response:
    """Return the website's list of services for a model: null if it cannot be called, HTTP 500 for an unknown one.

    See docs/providers/modelscope.md#models. `app.state.costs` has the magicubes of each model, or None.
    """
    costs = request.app.state.costs
    model = request.query_params.get("ModelId")
    if model not in costs:
        return JSONResponse({"Code": 500, "Message": "internal error", "Success": False}, 500)
    service = {"Name": "ModelScope", "CostTier": "standard", "EstimatedMagicGrainCost": costs[model]}
    services = [service] if costs[model] is not None else None
    data = {"Providers": services, "TotalCount": len(services or [])}
    return JSONResponse({"Code": 200, "Data": data, "Success": True})
