"""Rules that map a provider's unsuccessful response to an error. These are for all providers; adapters add their own.

A response's text and code count before its status, because one status has several meanings: a used-up allowance is
HTTP 400, 402, 403, 429 or an error object inside HTTP 200. The first matching rule wins.
"""

from __future__ import annotations

from typing import NamedTuple

from easel.common.provider_text import LOADING, REFUSAL
from easel.errors import (
    AuthExpired,
    AuthInvalid,
    EaselError,
    InvalidDimensions,
    InvalidParams,
    InvalidPrompt,
    ModelMissing,
    ModelRetired,
    PromptRejected,
    ProviderError,
    QuotaExceeded,
    RateLimited,
)
from easel.providers.prompt_redaction import PromptText

LOADING_SECONDS = 30
"""Seconds after which to retry a model that is being loaded, if the provider names no time."""
MODEL_CALL = (400, 403, 404, 409, 413, 422)
"""Statuses with which a provider refuses a request's content."""
ALLOWANCE = (402, 403, 429)
"""Statuses with which a provider refuses an account, for any request."""


_SIZES = r"(?:sizes?|widths?|heights?|dimensions?|resolutions?)"
_SIZE = (
    r"['\"‘“`](?:size|width|height)['\"’”`]|宽度|高度|宽高|尺寸|分辨率"
    r"|\b(?:size|width|height)[ ：:]{0,3}(?:必须|不|无效|超)"
    rf"|\b(?:invalid|unsupported|parameter|field|value)\b\W{{1,4}}(?:\w{{1,30}}\W{{1,4}})?{_SIZES}\b"
    rf"|\b{_SIZES}\b\W{{1,4}}(?:\S{{1,30}}\W{{1,4}})?"
    r"(?:is|are|has|have|must|should|out|not|too|exceeds?|invalid|(?:un)?supported)\b"
)
_PROMPT = (
    r"\bprompt\b.{1,30}\b(?:too long|longer than|at most|less than|length|exceed)|\blength of (?:the |your )?prompt\b"
    r"|(?:\bprompt|提示词|提示语).{0,8}(?:过长|太长|长度|超)"
)
_PICTURE = (
    r"cannot identify image|image file is truncated|broken (?:png|jpeg|image|data stream)"
    r"|\b(?:decode|decoding|parse|open|read|reading|identify) (?:the |your |input |source ){0,2}(?:image|picture)\b"
    r"|\b(?:invalid|illegal|corrupt(?:ed)?|damaged|unreadable|unsupported) (?:input |source )?(?:image|picture)\b"
    r"|\b(?:image|picture) (?:\w{1,20} ){0,3}(?:invalid|corrupt(?:ed)?|damaged|unreadable|unsupported)\b"
    r"|(?:parameter|参数|field).{0,12}['\"‘“`]images?['\"’”`]|图[片像].{0,8}(?:解析|解码|读取|打开|损坏|无效|格式|识别)"
)
_EXPIRED = r"\bexpired\b|过期"


class FailedReply(NamedTuple):
    """A response, reduced to the parts that rules compare.

    Attributes:
        status: the HTTP status; for an error object inside a 2xx the status in its `code`, if it has one.
        text: the provider's message, without markup.
        code: the provider's own code, in lower case.
        own: True if the response has the provider's JSON envelope of errors.
        retry_after: seconds, from the headers.
    """

    status: int
    text: str
    code: str = ""
    own: bool = True
    retry_after: int | None = None


class ErrorRule(NamedTuple):
    """A kind of refusal, and its error. A rule without phrases, pattern and codes matches by status alone.

    Attributes:
        kind: the class of the error.
        message: the sentence for the caller. `{name}` is the provider's name, `{url}` the page of its tokens.
        phrases: lower-case phrases of the provider. Any of them matches.
        pattern: a regular expression, ignoring case, if phrases are not enough.
        codes: the provider's own codes in lower case. Any of them matches.
        statuses: the statuses at which the rule applies. Empty for all.
        own: True if the rule applies only in the provider's own envelope.
        retry_after: seconds to wait if no header names a time.
        field: the request's field at fault. `{header}` is the header of the provider's tokens.
        concerns_model: True if the model, and not the token, is at its limit.
        of_image: True if the rule applies only to requests with source pictures.
    """

    kind: type[EaselError]
    message: str
    phrases: tuple[str, ...] = ()
    pattern: str = ""
    codes: tuple[str, ...] = ()
    statuses: tuple[int, ...] = ()
    own: bool = False
    retry_after: int | None = None
    field: str | None = None
    concerns_model: bool = False
    of_image: bool = False

    def matches(self, answer: FailedReply, callers: PromptText) -> bool:
        """Return whether the rule matches a response. `callers` are the caller's own words, which are ignored."""
        if (self.statuses and answer.status not in self.statuses) or (self.own and not answer.own):
            return False
        by_status_alone = not (self.phrases or self.pattern or self.codes)
        decided = answer.own and answer.status in ALLOWANCE  # no provider repeats a prompt in such an error
        by_code = answer.code in self.codes and (decided or not callers.is_exactly(answer.code))
        by_phrase = any(
            phrase in part and not callers.echoed(phrase, part)
            for part in (answer.text.lower(), answer.code)
            for phrase in self.phrases
        )
        by_pattern = bool(self.pattern and callers.finds(self.pattern, answer.text, alone=True))
        return by_status_alone or by_code or by_phrase or by_pattern


RETIRED = "{name} no longer offers this model"
FIRST_RULES: tuple[ErrorRule, ...] = (
    ErrorRule(
        ModelRetired,
        RETIRED,
        phrases=(
            *("has no provider supported", "insufficient balance (1008)"),
            *(f"模型{already}{gone}" for already in ("已", "已经") for gone in ("停用", "下线", "下架")),
            *(f"model {gone}" for gone in ("has been deprecated", "has been retired", "has been discontinued")),
            *("model is deprecated", "model is no longer available", "model is no longer supported"),
        ),
        codes=("model_not_found",),
    ),
)
"""Rules before the adapter's."""

LAST_RULES: tuple[ErrorRule, ...] = (
    ErrorRule(QuotaExceeded, "the {name} allowance of this token is used up; see {url}", statuses=(402,)),
    ErrorRule(
        PromptRejected,
        "{name}'s moderation refused the prompt or the picture; change the prompt",
        pattern=REFUSAL,
        codes=("content_policy_violation", "moderation_blocked", "data_inspection_failed", "datainspectionfailed"),
        statuses=MODEL_CALL,
    ),
    ErrorRule(
        PromptRejected,
        "{name}'s moderation refused the prompt or the picture; change the prompt",
        statuses=(451,),
    ),
    ErrorRule(
        InvalidPrompt,
        "prompt: {name} refuses this prompt, most likely because it is too long",
        phrases=("invalid prompt", "prompt length", "prompt too long", "prompt exceeds"),
        pattern=_PROMPT,
        statuses=MODEL_CALL,
        field="prompt",
    ),
    ErrorRule(
        InvalidDimensions,
        "width, height: {name} refuses this size for this model",
        pattern=_SIZE,
        statuses=(400, 422),
        field="width",
    ),
    ErrorRule(
        InvalidParams,
        "image: {name} cannot read this picture; send another, or convert it to PNG or JPEG",
        pattern=_PICTURE,
        statuses=(400, 415, 422, 500),
        own=True,
        field="image",
        of_image=True,
    ),
    ErrorRule(
        ProviderError,
        "{name} is still loading the model; try again in a while",
        pattern=LOADING,
        retry_after=LOADING_SECONDS,
    ),
    ErrorRule(
        AuthExpired,
        "the {name} token has expired; get a new one at {url}",
        pattern=_EXPIRED,
        statuses=(401, 403),
        own=True,
        field="{header}",
    ),
    ErrorRule(
        AuthInvalid,
        "{name} refused the token; get a valid one at {url}",
        statuses=(401, 403),
        own=True,
        field="{header}",
    ),
    ErrorRule(RateLimited, "{name} accepts no more calls at the moment; try again later", statuses=(429,)),
)
"""Rules after the adapter's."""
MISSING_MODEL_RULES = (
    ErrorRule(ModelRetired, RETIRED, statuses=(410,), own=True),
    ErrorRule(ModelMissing, "{name} does not find this model or its path; try again", statuses=(404,)),
)
"""Rules for calls that generate. A poll's 404 is about its task instead."""


def table(*rows: ErrorRule) -> tuple[ErrorRule, ...]:
    """Return all rules for an adapter's calls, with its own `rows` among them."""
    return (*FIRST_RULES, *rows, *LAST_RULES)
