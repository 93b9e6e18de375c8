"""The adapter for Gitee AI: `POST /api/providers/gitee/generate`, and jobs.

It sends one call that returns the picture, or starts a task and polls it. The protocol is in docs/providers/gitee.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from easel.catalog import Provider
from easel.errors import AuthInvalid, EaselError, NoAllowance, ProviderError, QuotaExceeded
from easel.handler import lambda_handler
from easel.providers import error_mapping, error_rules, inline_images, source_links
from easel.providers.adapter import GeneratedImage, Run
from easel.providers.allowances import number_in, read_json
from easel.providers.error_rules import ErrorRule
from easel.providers.http import FormFile, Http, Reply
from easel.providers.tasks import read_answer
from easel.providers.token_use import Allowance
from easel.settings import flag
from easel.store.records import GenerationRequest
from easel.store.source_images import SourceImage
from gitee_tasks import Tasks, task_id

PROVIDER = "gitee"

NO_TASKS = (404, 405)
"""Statuses of a submission which mean that this address or model has no tasks."""


class Call(NamedTuple):
    """A generating call: its path below the base URL, its fields, and the files of a form."""

    path: str
    fields: Mapping[str, Any]
    files: Sequence[tuple[str, FormFile]] = ()


def call_of(request: GenerationRequest, images: Sequence[SourceImage] = ()) -> Call:
    """Return the call that generates a picture, from the source `images` if there are any.

    Some models accept source pictures as `data:` links in JSON. The others accept a form with files. A form has `size`
    in place of width and height (docs/providers/gitee.md#edits-and-other-operations).
    """
    fields, field = generation(request), request.catalog_model.image_field
    if images and field:
        return Call("images/generations", {**fields, field: [image.data_link for image in images]})
    if not images:
        return Call("images/generations", fields)
    sides = {name: fields.pop(name) for name in ("width", "height") if name in fields}
    size = {"size": "{width}x{height}".format(**sides)} if sides else {}
    files = [("image", (f"image.{each.format.extension}", each.data, each.format.media_type)) for each in images]
    return Call("images/edits", {**fields, **size}, files)


def generation(request: GenerationRequest) -> dict[str, Any]:
    """Return the fields of the generating call.

    They have width and height, because `size` accepts only few values (docs/providers/gitee.md#sizes). They always have
    `response_format`, because some models return base64 without it (docs/providers/gitee.md#response).
    """
    fields: dict[str, Any] = {
        "model": request.model,
        "prompt": request.prompt,
        "num_inference_steps": request.steps,
        "seed": request.seed,
        "response_format": "url",
    }
    if request.width:
        fields |= {"width": request.width, "height": request.height}
    if request.negative_prompt:
        fields["negative_prompt"] = request.negative_prompt
    if request.guidance_scale is not None:
        fields["guidance_scale"] = request.guidance_scale
    return {**fields, **request.catalog_model.upstream}


def read_picture(reply: Reply, origin: str) -> GeneratedImage:
    """Return the picture's link or bytes from a response. Raise `ProviderError` if it has no picture."""
    picture = inline_images.in_answer(reply.content, PROVIDER) if len(reply.content) > inline_images.LARGE else None
    if picture:
        return GeneratedImage(origin=origin, data=picture)
    body = reply.json()
    items = (body.get("data") or body.get("images")) if isinstance(body, dict) else None
    first = items[0] if isinstance(items, list) and items else items
    if isinstance(first, dict):
        url, encoded = first.get("url"), first.get("b64_json")
        if isinstance(url, str) and url:
            return GeneratedImage(origin=origin, url=url)
        if isinstance(encoded, str) and encoded:
            return GeneratedImage(origin=origin, data=inline_images.decode(encoded, PROVIDER))
    raise ProviderError("Gitee AI returned no picture", provider=PROVIDER, upstream=reply.text)


# Errors that only Gitee AI has. Most are HTTP 400 with a Chinese text (docs/providers/gitee.md#errors).
ROWS = (
    *error_rules.table(
        ErrorRule(
            NoAllowance,
            "this Gitee AI token has no resource package; bind one at {url}",
            phrases=("尚未绑定到任何资源包",),
        ),
        ErrorRule(
            NoAllowance,
            "the Gitee AI account has no balance left; top it up at {url}",
            phrases=("余额不足", "insufficient balance", "insufficient account balance"),
            codes=("insufficient_balance",),
        ),
        ErrorRule(
            QuotaExceeded,
            "the Gitee AI quota of this token is used up; try tomorrow, or buy a package",
            phrases=(
                *(
                    "最大当日免费",
                    "资源包已用",
                    "资源包余量不足",
                    "额度已用",
                    "额度不足",
                    "次数已用",
                    "配额已用",
                    "配额不足",
                    "超出配额",
                    "quota exceeded",
                    "quota exceeded for",
                    "quota exhausted",
                ),
                *("exceeded your quota", "exceeded your current quota", "quota has been exceeded"),
                "quota has been exhausted",
            ),
            codes=("insufficient_quota", "quota_exceeded", "quotalimitexceed"),
        ),
        ErrorRule(
            QuotaExceeded,
            "the Gitee AI quota of this token is used up; try tomorrow, or buy a package",
            phrases=("quota", "额度", "配额"),
            statuses=(403,),
            own=True,
        ),
        ErrorRule(
            NoAllowance,
            "Gitee AI requires a resource package; buy one at {url}",
            phrases=("购买资源包", "package must be purchased", "purchase a package", "purchase a resource package"),
            statuses=(400, 401, 402, 403),
        ),
        ErrorRule(
            AuthInvalid,
            "Gitee AI requires real-name verification of this token's account; see {url}",
            phrases=("实名", "real-name", "real name"),
            statuses=(401, 403),
            own=True,
        ),
    ),
    *error_rules.MISSING_MODEL_RULES,
)


def poll_error(reply: Reply, request: GenerationRequest | None = None) -> EaselError:
    """Return the error for a failed poll. A 404 means that the task is missing, and says nothing about the model."""
    return error_mapping.error_of(reply, [row for row in ROWS if row not in error_rules.MISSING_MODEL_RULES], request)


def error_of(reply: Reply, request: GenerationRequest | None = None) -> EaselError:
    """Return the error for a response without a picture."""
    return error_mapping.error_of(reply, ROWS, request)


class Gitee:
    """The adapter.

    Args:
        base_url: the API's base URL, which ends in `/v1`.
        http: the HTTP client. None creates one.
        failover: whether Gitee AI may use another cluster if its first one is overloaded.
        tasks: whether to start asynchronous tasks and poll them, instead of one call that returns the picture.
    """

    def __init__(self, base_url: str, http: Http | None = None, *, failover: bool = False, tasks: bool = False) -> None:
        self._base_url = base_url
        self._http = http or Http(PROVIDER)
        self._failover = failover
        self._uses_tasks = tasks
        self._tasks = Tasks(base_url, self._http)

    def generate(self, request: GenerationRequest, token: str | None, run: Run) -> GeneratedImage:
        """Send one POST that returns the picture, after some minutes. With tasks, start or continue one, and poll."""
        headers = {"Authorization": f"Bearer {token}"}
        task = run.task
        if not task:
            call = call_of(request, source_links.read(request, self._http, run.deadline))
            task = self._start_task(call, request, headers, run) if self._uses_tasks else ""
            if not task:
                return self._generate_directly(call, request, headers, run)
        url, price = self._tasks.wait(task, headers, run, partial(poll_error, request=request))
        return GeneratedImage(origin=self._base_url, url=url, price=price)

    def allowance(self, token: str) -> Allowance | None:
        """Return the balance of a token's resource packages, or None without packages (docs/providers/gitee.md)."""
        body = read_json(self._http, f"{self._base_url}/tokens/packages/balance", token)
        left, total = number_in(body, "balance"), number_in(body, "total_amount")
        return None if left is None or not total else Allowance(left, "CNY", total)

    def _generate_directly(
        self, call: Call, request: GenerationRequest, headers: Mapping[str, str], run: Run
    ) -> GeneratedImage:
        reply = self._send(call.path, call, headers, run)
        return read_answer(reply, lambda: read_picture(reply, self._base_url), ROWS, request)

    def _start_task(self, call: Call, request: GenerationRequest, headers: Mapping[str, str], run: Run) -> str:
        """Start a task and return its id, or "" if this address or model has no tasks."""
        reply = self._send(f"async/{call.path}", call, headers, run)
        if reply.status in NO_TASKS:
            return ""
        task = read_answer(reply, lambda: task_id(reply), ROWS, request, wanted="task")
        run.accept(task)
        return task

    def _send(self, path: str, call: Call, headers: Mapping[str, str], run: Run) -> Reply:
        """Send the call that generates or starts a task. It is sent only once."""
        headers = {**headers, "X-Failover-Enabled": str(self._failover).lower()}
        return self._http.post(f"{self._base_url}/{path}", call.fields, run.deadline, headers=headers, files=call.files)


def adapter(provider: Provider, http: Http | None = None) -> Gitee:
    """Return the adapter for the deployment's settings. Raise `InvalidSetting`."""
    return Gitee(provider.url, http, failover=flag("GITEE_FAILOVER"), tasks=flag("GITEE_TASKS"))


handler = lambda_handler(PROVIDER, adapter)
