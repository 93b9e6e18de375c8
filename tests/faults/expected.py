"""The expected result of each fault of a provider, for all providers and ways to call."""

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
    SpaceFailed,
)

NAMES = tuple(catalog.providers())
ERRORS: dict[type[EaselError] | None, str] = {
    None: """b64 datalink b64lines b64urlsafe outputs numbertask succeeded pollerror hangpoll text wrongsize wrongformat
        avif early hop""",
    ProviderError: """error html html200 loading unavailable notfound refused200 interface misfit moved
        badimage bigimage truncated tiff htmlimage""",
    AnswerLost: "gateway",
    QuotaExceeded: "quota payment quota200 magicubes runs",
    RateLimited: "rate ratefraction ratedate ratelist ratelimit busy credits ownerlimit nogpu queuefull",
    AuthInvalid: "auth email unbound realname",
    AuthExpired: "expired",
    PromptRejected: "moderation",
    GenerationTimeout: "hang never silent",
    ProviderUnreachable: "cut wall schedule sleeping building paused",
    NoPicture: "garbage badjson empty",
    ModelRetired: "retired balance",
    InvalidPrompt: "toolong",
    InvalidDimensions: "badsize",
    GenerationFailed: "illegal oddstate failed canceled lost failedtext failedoutput error-null",
    SpaceFailed: "worker",
    NoAllowance: "package",
    LinkRefused: "internal redirect",
    DownloadFailed: "gone slowimage late",
}
"""The faults by the error that they come to at every provider; None is a picture."""
ERRORS_OF_ONE: dict[str, type[EaselError]] = {
    "huggingface error": GenerationFailed,
    "huggingface html": ProviderUnreachable,
    "gitee html": AnswerLost,
    "huggingface expired": ProviderUnreachable,
    "gitee busy": ProviderError,
    "huggingface unavailable": ProviderUnreachable,
}
"""Errors of a fault at one provider, where they are others."""
UNTIL_MIDNIGHT = pytest.approx(43200, abs=43260)
RETRY_AFTER = {
    **{f"gitee {fault}": UNTIL_MIDNIGHT for fault in ("payment", "quota", "quota200")},
    **{f"modelscope {fault}": 1800 for fault in ("magicubes", "payment", "quota", "quota200")},
    "huggingface runs": UNTIL_MIDNIGHT,
    **{f"{provider} {fault}": 7 for provider in NAMES for fault in ("ratefraction", "ratelist", "ratelimit")},
    **{f"{provider} ratedate": pytest.approx(3600, abs=600) for provider in NAMES},
    **{f"huggingface {fault}": 30 for fault in ("loading", "busy", "nogpu", "queuefull", "schedule")},
    **{f"huggingface {fault}": 60 for fault in ("html", "unavailable", "sleeping", "credits")},
    "gitee rate": 7,
    "gitee loading": 30,
    "modelscope loading": 30,
    "huggingface rate": 7,
    "huggingface expired": 10,
    "huggingface building": 180,
    "huggingface ownerlimit": 600,
    "huggingface quota": 86349,
}
"""The seconds of `Retry-After`, where an answer has it."""
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
    """Return the error of a fault, or None if it still gives a picture."""
    everywhere = next(kind for kind, faults in ERRORS.items() if fault in faults.split())
    return ERRORS_OF_ONE.get(f"{provider} {fault}", everywhere)


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
    """Return what cools down after a job of a batch: a token, a model for every token, or a refused token."""
    kind = error_of(provider, fault)
    if kind is AnswerLost or (kind is RateLimited and fault == "busy"):  # for all callers
        return "model"
    if waits(kind):
        return "token"
    return "refused token" if kind and kind.dead_token else ""
