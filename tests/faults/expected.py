"""What each fault of a provider comes to, for all providers and doors."""

from __future__ import annotations

import pytest

from easel import catalog
from easel.errors import (
    AnswerLost,
    AuthExpired,
    AuthInvalid,
    DownloadFailed,
    EaselError,
    GenerationFailed,
    GenerationTimeout,
    InvalidDimensions,
    InvalidPrompt,
    LinkRefused,
    ModelRetired,
    NoAllowance,
    NoPicture,
    PromptRejected,
    ProviderError,
    ProviderUnreachable,
    QuotaExceeded,
    RateLimited,
    SpaceBroke,
)

NAMES = tuple(catalog.providers())
EXPECTED: dict[str, type[EaselError] | None] = {
    "error": ProviderError,
    "huggingface error": GenerationFailed,
    "html": ProviderError,
    "huggingface html": ProviderUnreachable,
    "gitee html": AnswerLost,
    "gateway": AnswerLost,
    "html200": ProviderError,
    "quota": QuotaExceeded,
    "rate": RateLimited,
    "ratefraction": RateLimited,
    "ratedate": RateLimited,
    "ratelist": RateLimited,
    "ratelimit": RateLimited,
    "auth": AuthInvalid,
    "expired": AuthExpired,
    "huggingface expired": ProviderUnreachable,
    "moderation": PromptRejected,
    "busy": RateLimited,
    "gitee busy": ProviderError,
    "loading": ProviderError,
    "unavailable": ProviderError,
    "huggingface unavailable": ProviderUnreachable,
    "notfound": ProviderError,
    "hang": GenerationTimeout,
    "cut": ProviderUnreachable,
    "garbage": NoPicture,
    "badjson": NoPicture,
    "empty": NoPicture,
    "refused200": ProviderError,
    "retired": ModelRetired,
    "payment": QuotaExceeded,
    "quota200": QuotaExceeded,
    "toolong": InvalidPrompt,
    "badsize": InvalidDimensions,
    "wall": ProviderUnreachable,
    "magicubes": QuotaExceeded,
    "email": AuthInvalid,
    "credits": RateLimited,
    "illegal": GenerationFailed,
    "worker": SpaceBroke,
    "schedule": ProviderUnreachable,
    "ownerlimit": RateLimited,
    "package": NoAllowance,
    "interface": ProviderError,
    "b64": None,
    "datalink": None,
    "b64lines": None,
    "b64urlsafe": None,
    "oddstate": GenerationFailed,
    "outputs": None,
    "internal": LinkRefused,
    "numbertask": None,
    "never": GenerationTimeout,
    "failed": GenerationFailed,
    "canceled": GenerationFailed,
    "succeeded": None,
    "lost": GenerationFailed,
    "pollerror": None,
    "hangpoll": None,
    "failedtext": GenerationFailed,
    "failedoutput": GenerationFailed,
    "balance": ModelRetired,
    "unbound": AuthInvalid,
    "realname": AuthInvalid,
    "error-null": GenerationFailed,
    "runs": QuotaExceeded,
    "nogpu": RateLimited,
    "silent": GenerationTimeout,
    "text": None,
    "queuefull": RateLimited,
    "misfit": ProviderError,
    "sleeping": ProviderUnreachable,
    "building": ProviderUnreachable,
    "paused": ProviderUnreachable,
    "moved": ProviderError,
    "badimage": ProviderError,
    "bigimage": ProviderError,
    "truncated": ProviderError,
    "wrongsize": None,
    "wrongformat": None,
    "avif": None,
    "tiff": ProviderError,
    "htmlimage": ProviderError,
    "gone": DownloadFailed,
    "slowimage": DownloadFailed,
    "redirect": LinkRefused,
    "early": None,
    "late": DownloadFailed,
    "hop": None,
}
"""The error by fault, for all providers that are not named; None is a picture."""
UNTIL_MIDNIGHT = pytest.approx(43200, abs=43260)
RETRY_AFTER = {
    **{f"gitee {fault}": UNTIL_MIDNIGHT for fault in ("payment", "quota", "quota200")},
    **{f"modelscope {fault}": 1800 for fault in ("magicubes", "payment", "quota", "quota200")},
    "huggingface runs": UNTIL_MIDNIGHT,
    **{f"{provider} {fault}": 7 for provider in NAMES for fault in ("ratefraction", "ratelist", "ratelimit")},
    **{f"{provider} ratedate": pytest.approx(3600, abs=600) for provider in NAMES},
    "gitee rate": 7,
    "gitee loading": 30,
    "modelscope loading": 30,
    "huggingface quota": 86349,
    "huggingface rate": 7,
    "huggingface expired": 10,
    "huggingface loading": 30,
    "huggingface busy": 30,
    "huggingface nogpu": 30,
    "huggingface queuefull": 30,
    "huggingface html": 60,
    "huggingface unavailable": 60,
    "huggingface sleeping": 60,
    "huggingface building": 180,
    "huggingface credits": 60,
    "huggingface schedule": 30,
    "huggingface ownerlimit": 600,
}
MENDED = ("huggingface sleeping", *(f"{provider} late" for provider in catalog.providers()))
"""What a batch's second try finds gone."""
ACCEPTED = ("never", "badimage", "bigimage", "truncated", "tiff", "htmlimage", "gone", "slowimage", "late")
"""The provider has a task or a picture by then: a further try draws none."""

MAY_BE_DRAWN = (
    "hang", "slowimage", "silent", "never", "badimage", "badjson", "bigimage", "cut", "empty", "garbage", "gateway",
    "gone", "htmlimage", "internal", "late", "redirect", "tiff", "truncated", "gitee html",
)  # fmt: skip
"""Faults after which the provider may have drawn, so that the charge stays and no other provider is asked."""
FAILED_TASKS = ("canceled", "failed", "failedoutput", "failedtext", "lost", "moderation", "oddstate")
"""Faults of a task that ModelScope had accepted: nothing is drawn, and no other provider is asked."""


def error_of(provider: str, fault: str) -> type[EaselError] | None:
    """Return the error of a fault, or None where there is a picture."""
    name = f"{provider} {fault}"
    return EXPECTED[name] if name in EXPECTED else EXPECTED[fault]


def may_be_drawn(provider: str, fault: str) -> bool:
    """Return whether the error keeps the charge."""
    return fault in MAY_BE_DRAWN or f"{provider} {fault}" in MAY_BE_DRAWN


def begun(provider: str, fault: str) -> bool:
    """Return whether the provider may have accepted the call, so that no other provider of a family is asked."""
    return may_be_drawn(provider, fault) or (provider == "modelscope" and fault in FAILED_TASKS)


def waits(kind: type[EaselError] | None) -> bool:
    """Return whether a batch keeps the job until its token may be used again."""
    return kind is not None and issubclass(kind, RateLimited | QuotaExceeded) and kind is not NoAllowance


def rests(provider: str, fault: str) -> str:
    """Return what rests after a job of a batch: a token, a model for every token, or a token that was refused."""
    kind = error_of(provider, fault)
    if kind is AnswerLost or (kind is RateLimited and fault == "busy"):  # for everybody
        return "model"
    if waits(kind):
        return "token"
    return "refused token" if kind and kind.dead_token else ""
