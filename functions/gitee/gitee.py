"""Gitee AI: `POST /api/providers/gitee/generate`, and jobs. One call that answers with the picture.

The protocol is described in docs/providers/gitee.md.
"""

from __future__ import annotations

import binascii
import re
from typing import Any, TypedDict

from easel.common.texts import code, is_loading, is_refusal, short_message
from easel.errors import (
    AuthExpired,
    AuthInvalid,
    EaselError,
    InvalidDimensions,
    NoAllowance,
    PromptRejected,
    ProviderError,
    QuotaExceeded,
    RateLimited,
)
from easel.handler import lambda_handler
from easel.providers.adapter import GeneratedImage, Run
from easel.providers.http import Http, Reply
from easel.store.records import GenerationRequest

PROVIDER = "gitee"

# Gitee AI reports these as HTTP 400 in Chinese, so the text decides (docs/providers/gitee.md#errors).
NO_PACKAGE = "尚未绑定到任何资源包"
NO_BALANCE = "余额不足"
QUOTA_TEXTS = (NO_PACKAGE, NO_BALANCE, "最大当日免费", "资源包已用尽", "配额", "quota")
SIZE_TEXTS = ("'size'", "'width'", "'height'")
LARGE = 2**20
"""Bytes of an answer that surely holds a picture."""
_INLINE = re.compile(rb'"b64_json"\s*:\s*"(?:data:[^",\\]*,)?([A-Za-z0-9+/=]*)"')
LOADING_SECONDS = 30
"""When to come back to a model that is being loaded, where Gitee AI does not say."""


def generation(request: GenerationRequest) -> dict[str, Any]:
    """The body of the call that generates.

    It has width and height, because `size` takes few values only (docs/providers/gitee.md#sizes). It always has
    `response_format`, because some models answer in base64 without it (docs/providers/gitee.md#response).
    """
    fields: dict[str, Any] = {
        "model": request.model,
        "prompt": request.prompt,
        "width": request.width,
        "height": request.height,
        "num_inference_steps": request.steps,
        "seed": request.seed,
        "response_format": "url",
    }
    if request.negative_prompt:
        fields["negative_prompt"] = request.negative_prompt
    if request.guidance_scale is not None:
        fields["guidance_scale"] = request.guidance_scale
    return {**fields, **request.catalog_model.upstream}


def read_picture(reply: Reply, origin: str) -> GeneratedImage:
    """Reads the picture's link, or its bytes, from an answer."""
    if len(reply.content) > LARGE and (match := _INLINE.search(reply.content)):
        # Without parsing, which would hold a large picture four times.
        return GeneratedImage(origin=origin, data=_decoded(memoryview(reply.content)[slice(*match.span(1))]))
    body = reply.json()
    items = body.get("data") if isinstance(body, dict) else None
    first = items[0] if isinstance(items, list) and items else None
    if isinstance(first, dict):
        url, encoded = first.get("url"), first.get("b64_json")
        if isinstance(url, str) and url:
            return GeneratedImage(origin=origin, url=url)
        if isinstance(encoded, str) and encoded:
            return GeneratedImage(origin=origin, data=_decoded(encoded))
    raise ProviderError("Gitee AI answered without a picture", provider=PROVIDER, upstream=reply.text)


def _decoded(encoded: str | memoryview) -> bytes:
    if isinstance(encoded, str):
        encoded = memoryview(encoded.rpartition(",")[2].encode())  # some models send a data: URL
    try:
        return binascii.a2b_base64(encoded, strict_mode=True)
    except (binascii.Error, ValueError) as error:
        raise ProviderError("Gitee AI sent a picture whose base64 is broken", provider=PROVIDER) from error


class _Details(TypedDict):
    provider: str
    upstream: str


def error_of(reply: Reply) -> EaselError:
    """The error for an unsuccessful response.

    Status and code decide, or the text where those say nothing (docs/providers/gitee.md#errors).
    """
    text = short_message(reply.text)
    details: _Details = {"provider": PROVIDER, "upstream": text}
    if any(sign in text.lower() for sign in QUOTA_TEXTS):
        return _quota(text, details)
    if reply.status == 401 and (re.search(r"\bexpired\b", text, re.I) or "过期" in text):
        return AuthExpired("the Gitee AI token has expired; get a new one at https://ai.gitee.com", **details)
    if reply.status in (401, 403):
        return AuthInvalid("Gitee AI refused the token; the header X-API-Key must hold a valid one", **details)
    if reply.status == 429:
        wait = reply.retry_after
        return RateLimited("Gitee AI takes no more calls at the moment; try again", retry_after=wait, **details)
    if reply.status == 451 or (reply.status in (400, 422) and is_refusal(text, _code(reply))):
        return PromptRejected("Gitee AI's moderation refused the prompt or the picture; change the prompt", **details)
    if reply.status == 400 and any(sign in text for sign in SIZE_TEXTS):
        return InvalidDimensions("width, height: Gitee AI refuses this size for this model", field="width", **details)
    return _failure(reply, text, details)


def _failure(reply: Reply, text: str, details: _Details) -> ProviderError:
    if is_loading(text):
        wait = reply.retry_after or LOADING_SECONDS
        return ProviderError("Gitee AI is still loading the model; try again in a while", retry_after=wait, **details)
    return ProviderError(f"Gitee AI answered HTTP {reply.status}", retry_after=reply.retry_after, **details)


def _code(reply: Reply) -> str:
    try:
        return code(reply.json())
    except ProviderError:
        return ""


def _quota(text: str, details: _Details) -> QuotaExceeded:
    if NO_PACKAGE in text:
        return NoAllowance("this Gitee AI token has no resource package; bind one at https://ai.gitee.com", **details)
    if NO_BALANCE in text:
        return NoAllowance("the Gitee AI account has no balance left; top it up at https://ai.gitee.com", **details)
    return QuotaExceeded("the Gitee AI quota of this token is used up; try tomorrow, or buy a package", **details)


class Gitee:
    """The adapter. `base_url` ends in `/v1`."""

    def __init__(self, base_url: str, http: Http | None = None) -> None:
        self._base_url = base_url
        self._http = http or Http(PROVIDER)

    def generate(self, request: GenerationRequest, token: str | None, run: Run) -> GeneratedImage:
        """One POST; it answers when the picture is done, after up to minutes."""
        # Failover may run, and bill, on another cluster than the one that the token's owner chose
        # (docs/providers/gitee.md#hosts-and-authentication).
        headers = {"Authorization": f"Bearer {token}", "X-Failover-Enabled": "false"}
        url = f"{self._base_url}/images/generations"
        reply = self._http.post(url, generation(request), run.deadline, headers=headers)
        if reply.status != 200:
            raise error_of(reply)
        return read_picture(reply, self._base_url)


handler = lambda_handler(PROVIDER, lambda provider: Gitee(provider.url))
