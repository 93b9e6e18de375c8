"""The meaning of a provider's error response, in addition to the adapters' own tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

import gitee
import modelscope
from easel import catalog
from easel.errors import (
    EaselError,
    InvalidDimensions,
    InvalidParams,
    InvalidPrompt,
    ModelRetired,
    NoAllowance,
    PromptRejected,
    ProviderError,
    QuotaExceeded,
    RateLimited,
)
from easel.errors.base import RETRY_ADVICE
from easel.front_door.validation import validate
from easel.providers.http import Reply
from easel.store.records import GenerationRequest
from tests.harness.source_pictures import DATA_LINK


def request(prompt: str = "a cat", **fields: Any) -> GenerationRequest:
    return validate({"prompt": prompt, **fields}, catalog.provider("gitee"), "token").request


def error(message: str, status: int = 400, asked: GenerationRequest | None = None, **headers: str) -> EaselError:
    body = json.dumps({"error": {"code": str(status), "message": message}}, ensure_ascii=False).encode()
    return gitee.error_of(Reply("gitee", status, headers, body), asked)


QUOTA = "exceeded your current quota"
ECHOES: dict[str, Callable[[str], str]] = {
    "quoted": lambda prompt: f"'{prompt}'",
    "escaped": lambda prompt: prompt.replace(" ", "\\ "),
    "truncated": lambda prompt: prompt[: prompt.index(QUOTA) + len(QUOTA)] + "…",
    "cut before": lambda prompt: prompt[prompt.index(QUOTA) :],
    "capitals": str.upper,
    "folded": lambda prompt: "\n   ".join(prompt.split()),
    "json": json.dumps,
    "json in json": lambda prompt: json.dumps(json.dumps({"prompt": prompt})),
    "percent": quote,
    "entities": lambda prompt: prompt.replace("e", "&#101;"),
    "markup": lambda prompt: prompt.replace(" ", "<br> "),
    "wide": lambda prompt: prompt.replace("q", "\N{FULLWIDTH LATIN SMALL LETTER Q}"),
}


@pytest.mark.parametrize("echo", ECHOES)
def test_a_quota_in_an_echoed_prompt_starts_no_cooldown(echo: str) -> None:
    prompt = f'a "poster": you {QUOTA}, 余额不足, 最大当日免费; in red'
    for status in (400, 403, 404, 429, 500):
        answer = error(f"bad request: {ECHOES[echo](prompt)} is not allowed here", status, request(prompt))
        assert not isinstance(answer, QuotaExceeded)
        assert not answer.dead_token or status == 403


@pytest.mark.parametrize("prompt", ["a quota sign", "an insufficient chair", "your quota of joy", "quota"])
def test_a_shared_word_does_not_hide_a_used_up_quota(prompt: str) -> None:
    for text in ("You exceeded your quota", "quota exceeded, try tomorrow", "quota exhausted"):
        assert type(error(text, 400, request(prompt))) is QuotaExceeded
    assert type(error("insufficient balance", 400, request(prompt))) is NoAllowance


def test_a_code_equal_to_the_prompt_is_ignored() -> None:
    body = json.dumps({"error": {"code": "insufficient_quota", "message": "insufficient_quota"}}).encode()
    for status, prompt, kind in (
        (400, "insufficient_quota", ProviderError),
        (400, "a cat", QuotaExceeded),
        (429, "insufficient_quota", QuotaExceeded),
    ):
        assert type(gitee.error_of(Reply("gitee", status, {}, body), request(prompt))) is kind


@pytest.mark.parametrize(
    ("prompt", "text", "kind"),
    [
        ("too long", "prompt is too long", InvalidPrompt),
        ("must be a multiple of 8", "width must be a multiple of 8", InvalidDimensions),
        ("unsafe", "The prompt was flagged as unsafe", PromptRejected),
        ("敏感", "内容包含敏感信息", PromptRejected),
        ("宽度", "宽度必须是 8 的倍数", InvalidDimensions),
        ("quota exceeded", "'quota exceeded' 内容包含敏感信息", PromptRejected),
        ("a", "您已达到最大当日免费 API 使用次数", QuotaExceeded),
        ("width must be a poem", "cannot draw 'width must be a poem'", ProviderError),
        ("an unsafe bridge", "cannot draw an unsafe bridge", ProviderError),
        ("quota signs of the world", "quota exceeded the length that we take", ProviderError),
        ("draw 余额不足", "bad request: draw 余额不足", ProviderError),
        ("quota exceeded", "cannot draw 'Quota  Exceeded'", ProviderError),
        ("a poster: quota exceeded, in red", "cannot draw a poster: quota exceeded…", ProviderError),
        ('say "quota exceeded" aloud', 'cannot draw say \\"quota exceeded\\" aloud', ProviderError),
        ("first line\nquota exceeded", "cannot draw first line\\nquota exceeded", ProviderError),
    ],
)
def test_only_the_providers_own_words_are_classified(prompt: str, text: str, kind: type[EaselError]) -> None:
    for fields in ({"prompt": prompt}, {"negativePrompt": prompt}):
        assert type(error(text, 400, request(**fields))) is kind
    if kind is ProviderError:
        assert type(error(text, 429, request(prompt))) is RateLimited


@pytest.mark.parametrize("prompt", ["magicubes", "Insufficient", "a magicube balance", "魔粒", "QuotaLimitExceed"])
def test_no_word_in_a_prompt_hides_used_up_magicubes(prompt: str) -> None:
    for status, code, text in (
        (402, "402", "Insufficient Magicubes"),
        (403, "QuotaLimitExceed", "magicube balance exhausted"),
        (429, "429", "Insufficient Magicubes, visit the website"),
        (429, "429", "魔粒不足"),
    ):
        body = json.dumps({"errors": {"code": code, "message": text}}).encode()
        assert type(modelscope.error_of(Reply("modelscope", status, {}, body), request(prompt))) is QuotaExceeded
    echo = json.dumps({"errors": {"code": 400, "message": f"cannot draw {prompt} here"}}).encode()
    assert type(modelscope.error_of(Reply("modelscope", 400, {}, echo), request(prompt))) is ProviderError


def test_a_retired_model_error_names_it_elsewhere() -> None:
    found = error("该模型已停用，请更换或升级为其他模型版本", asked=request())
    assert type(found) is ModelRetired
    assert (found.status, found.code, found.max_attempts, found.dead_token) == (410, "MODEL_RETIRED", 1, False)
    assert "Tongyi-MAI/Z-Image-Turbo of ModelScope" in found.message
    assert "of Gitee AI" not in found.message
    elsewhere = found.body()["details"]["elsewhere"]
    assert {"provider": "modelscope", "model": "Tongyi-MAI/Z-Image-Turbo"} in elsewhere
    assert {entry["provider"] for entry in elsewhere} == {"modelscope", "huggingface"}


def test_an_unknown_4xx_has_the_providers_message() -> None:
    advice = "change the request, or use another model or provider"
    assert error("暂不支持该接口").message == f"Gitee AI answered HTTP 400; {advice}. It said: 暂不支持该接口"
    assert error("Error 17 in <b>node</b> 4", 418).message.endswith(". It said: Error 17 in node 4")
    assert error("stack trace", 500).message == f"Gitee AI answered HTTP 500; {RETRY_ADVICE}"
    assert len(error("x" * 5000).message) < 300
    assert error("slow down", 429, ratelimit='"api";r=0;t=55').retry_after == 55


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (400, "参数无效 'image'"),
        (400, "Invalid image: cannot identify image file <_io.BytesIO object at 0x7f>"),
        (422, "Failed to decode the input image"),
        (400, "图片解析失败，请检查格式"),
        (500, "image file is truncated (3 bytes not processed)"),
        (400, "The image you sent is corrupted"),
    ],
)
def test_an_unreadable_source_picture_is_the_callers_fault(status: int, text: str) -> None:
    edit = request("invalid image", model="Qwen-Image-Edit", image=DATA_LINK)
    refused = error(text, status, edit)
    assert (type(refused), refused.status, refused.field) == (InvalidParams, 400, "image")
    assert type(error(text, status, request())) is ProviderError  # the call had no source picture
    assert type(error(f"node 4 failed at '{edit.prompt}'", status, edit)) is ProviderError
