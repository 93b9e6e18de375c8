"""How Spaces fail, as Easel's errors: one table for each form in which Spaces and gradio_client report a failure.

Texts and statuses are from docs/providers/huggingface.md: #zerogpus-texts, #space-states and
#gradio_client. In each table the first row that matches wins. The caller's words are cut out of a text before.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import timedelta

from easel.common.provider_text import is_loading, is_refusal, message, plain_text, short_message, words
from easel.errors import (
    AuthExpired,
    AuthInvalid,
    EaselError,
    GenerationFailed,
    InvalidParams,
    ModelMissing,
    PromptRejected,
    ProviderError,
    ProviderUnreachable,
    QuotaExceeded,
    RateLimited,
    SpaceBroke,
)
from easel.providers import retry_headers
from easel.providers.prompt_redaction import NO_PROMPT, PromptText
from space_http import JOIN, SpaceResponse

OF_THE_CALLER = (AuthExpired, AuthInvalid, InvalidParams, PromptRejected, QuotaExceeded)
"""Errors that no other Space would spare the caller."""
UNACCEPTED = (400, 401, 403, 404, 405, 410, 413, 422, 429)
"""Statuses with which a server says that it did not accept a job."""
BUSY_SECONDS = 30
"""When to come back to a Space that is busy and does not say."""
TRIES = 3
"""How often a connection to a Space that cannot be reached is tried. Connecting generates nothing."""


@dataclass(frozen=True)
class SpaceFailure:
    """One way in which a Space fails, and the error that a caller gets for it.

    Attributes:
        kind: the class of the error.
        text: the rest of a sentence that begins with the Space's name.
        tries: how often connecting to the Space is tried before the error is raised.
        wakes: whether connecting wakes the Space, so that Easel waits for it.
        by_zerogpu: whether ZeroGPU limits the caller. Any other limit is the Space's own, and rests no token.
    """

    kind: type[EaselError]
    text: str
    retry_after: int | None = None
    tries: int = 1
    wakes: bool = False
    field: str | None = None
    upstream: str = ""
    by_zerogpu: bool = False

    def error(self, host: str = "") -> EaselError:
        """The error for the caller; `host` is the Space's."""
        error = self.kind(
            f"{self.field}: {self.text}" if self.field else f"the Space {host} {self.text}",
            provider="huggingface",
            field=self.field,
            upstream=self.upstream,
            retry_after=self.retry_after,
        )
        error.of_model = not self.by_zerogpu
        return error


Row = tuple[str, SpaceFailure]

TOKENS = "https://huggingface.co/settings/tokens"
ELSEWHERE = "use another model or provider"
MOVED = SpaceFailure(
    ModelMissing,
    "is not there: it was moved, renamed, deleted or made private. The deployment's owner can name another Space in "
    f"HF_SPACE_URLS; meanwhile {ELSEWHERE}",
)
FULL = SpaceFailure(RateLimited, "has a full queue; try again in a while", BUSY_SECONDS)
ASLEEP = SpaceFailure(ProviderUnreachable, "is asleep and starting; try again in a minute", 60, wakes=True)
UNREADABLE = SpaceFailure(ProviderError, "gave an answer that cannot be read")
CHANGED = SpaceFailure(
    ProviderError,
    "has changed: it no longer takes what Easel sends. The deployment's owner can name another Space in "
    f"HF_SPACE_URLS; meanwhile {ELSEWHERE}",
)

# What the page of a Space that is not running says.
STATES: tuple[Row, ...] = (
    ("queue is full", FULL),
    (
        "queue is stopped",
        SpaceFailure(ProviderUnreachable, "is stopping or starting anew; try again in a minute", 60, wakes=True),
    ),
    ("paused", SpaceFailure(ProviderUnreachable, f"is paused by its owner, who alone can start it again; {ELSEWHERE}")),
    ("building", SpaceFailure(ProviderUnreachable, "is being built; try again in some minutes", 180)),
    (
        r"in error|(runtime|build|config\w{0,20}) error|no application file",
        SpaceFailure(ProviderUnreachable, f"is broken and its owner must mend it; {ELSEWHERE}"),
    ),
    (r"sleeping|asleep|waking|starting|preparing", ASLEEP),
    ("busy|too many", SpaceFailure(RateLimited, "is too busy; try again in a while", BUSY_SECONDS)),
)

# What a Space says of a job that it took. The text counts before the title, and both before the quota: ZeroGPU puts
# "ZeroGPU quota exceeded" over texts that tell of a free GPU or of the Space's own limit.
TEXTS: tuple[Row, ...] = (
    (
        r"no gpu (was|is)\b.{0,60}available|zerogpu queue timeout",
        SpaceFailure(RateLimited, "found no free GPU; try again in a while", BUSY_SECONDS),
    ),
    (
        "reached its gpu limit",
        SpaceFailure(RateLimited, f"has used up the GPU time of its owner; try again later, or {ELSEWHERE}", 600),
    ),
    (
        "pending credits exceeded",
        SpaceFailure(
            RateLimited, "has booked all GPU time of this caller for pictures that are being made", 60, by_zerogpu=True
        ),
    ),
    (
        r"illegal duration|gpu duration .{0,60}larger than the maximum",
        SpaceFailure(
            GenerationFailed,
            "asks for more GPU time than the caller may use: it needs a token (X-HF-Token) of an account with more; "
            f"or {ELSEWHERE}",
        ),
    ),
    (
        "gpu task aborted|expired zerogpu proxy token",
        SpaceFailure(ProviderUnreachable, "lost its GPU before the picture was done; try again", 10),
    ),
    (
        r"/schedule error",
        SpaceFailure(ProviderUnreachable, "was given no GPU because of an error at Hugging Face; try again", 30),
    ),
    ("queue is full", FULL),
    (
        r"too many requests|rate.?limit",
        SpaceFailure(RateLimited, "gets too many requests; try again in a while", BUSY_SECONDS),
    ),
    (
        "out of memory|outofmemoryerror",
        SpaceFailure(GenerationFailed, "ran out of memory; ask for a smaller picture or fewer steps"),
    ),
    ("zerogpu worker error", SpaceFailure(SpaceBroke, "failed with an error of its own code; try again once")),
)
REFUSED = SpaceFailure(PromptRejected, "refused what was asked for, or the picture that came of it; change the prompt")
LOADING = SpaceFailure(ProviderError, "is still loading its model; try again in a while", BUSY_SECONDS)
FAILED = SpaceFailure(GenerationFailed, "could not make the picture")

_UNREAD = (
    "unable to resolve|failed to download|of .{0,60} redirects|cannot identify image|preprocess input|valid hostname"
    r"|\bconnect(ion)? ?(error|timeout|timed out|refused|reset|aborted|closed|attempts? failed)"
    r"|\bread ?(error|timeout)\b|name or service not known|name resolution|no address associated|getaddrinfo"
    r"|(network|host) (is )?unreachable|no route to host|(client|server) error '[45]|status code:? [45]\d\d"
    "|certificate verify failed"
)

# What a Space says of a link to a picture that it was to fetch (gradio's processing_utils and safehttpx).
LINKS: tuple[Row, ...] = (
    (
        "failed validation",
        SpaceFailure(InvalidParams, "the Space takes only links that lead to a public address", field="url"),
    ),
    (
        _UNREAD,
        SpaceFailure(
            InvalidParams,
            "the Space could not read a picture there; it must be public and an image",
            field="url",
        ),
    ),
)

LINK = SpaceFailure(
    ProviderError,
    "the Space failed without saying why; most often it cannot read the picture there, which must be public",
    field="url",
)

_QUOTA = re.compile(r"gpu (quota|runs limit)", re.I)
_BY_ZEROGPU = re.compile(
    r"^(?:zerogpu quota exceeded\b|you have exceeded your (?:\w{1,20} )?(?:zero)?gpu (?:quota|runs limit)\b)", re.I
)
"""Whole phrases of ZeroGPU's, at the start of a title or a text."""
_AGAIN = re.compile(r"\b(?:re)?try(?: again)? in (?:(\d+) days?, )?(\d+):(\d\d):(\d\d)", re.I | re.ASCII)


def of_text(title: str, text: str, token: str | None, callers: PromptText = NO_PROMPT) -> SpaceFailure:
    """The failure behind the words that a Space said of a job. The caller's own words in it decide nothing."""
    parts = [short_message(title) if title != "Error" else "", short_message(text)]
    said = ": ".join(part for part in parts if part)
    if not said:
        return replace(FAILED, text="failed without saying why; try again, or use another model or provider")
    parts = [callers.redact(part) for part in parts]
    return replace(_of_words(parts, token), upstream=said)


def _of_words(parts: list[str], token: str | None) -> SpaceFailure:
    said = ": ".join(part for part in parts if part)
    if failure := _first(TEXTS, parts[-1]):
        return failure
    if _QUOTA.search(said):
        by_zerogpu = any(_BY_ZEROGPU.match(part) for part in parts)
        return replace(_quota(said, token), by_zerogpu=by_zerogpu)
    return _first(TEXTS, said) or _by_meaning(said)


def _by_meaning(said: str) -> SpaceFailure:
    if is_refusal(said):
        return REFUSED
    return LOADING if is_loading(said) else FAILED


def of_link(said: str) -> SpaceFailure | None:
    """The failure to read a picture behind a link, where the Space's words speak of that; else None."""
    failure = _first(LINKS, said) if said else LINK
    return replace(failure, upstream=said) if failure else None


def of_answer(bad: SpaceResponse, token: str | None, callers: PromptText = NO_PROMPT) -> SpaceFailure:
    """The failure behind a bad HTTP answer."""
    said = callers.redact(words(bad.text, 2000))  # a page's words decide, and are not passed on
    failure = _of_status(bad, said, token)
    return replace(failure, upstream=short_message(bad.text) or f"HTTP {bad.status}")


def refuses_job(bad: SpaceResponse) -> bool:
    """Whether an answer says for certain that the job was not accepted.

    A 503 says so only with the words of Gradio or Hugging Face: a proxy also sends it for a connection that broke.
    """
    stated = bad.status == 503 and _first(STATES, words(bad.text, 2000)) is not None
    return bad.path.endswith(JOIN) and (bad.status in UNACCEPTED or stated)


def _of_status(bad: SpaceResponse, said: str, token: str | None) -> SpaceFailure:
    own = bad.status in (401, 403) and _is_own(bad, said)
    if own and token and bad.status == 401 and re.search(r"\bexpired\b", said, re.I):
        return SpaceFailure(AuthExpired, "refused the token, which has expired; get a new one at " + TOKENS)
    if own:
        return SpaceFailure(AuthInvalid, _refused(token))
    if bad.status in (401, 403):
        text = f"could not be reached: something in front of it refused the call (HTTP {bad.status}); try again"
        return SpaceFailure(ProviderUnreachable, text)
    if bad.status in (404, 410) or bad.status in range(300, 400):
        return MOVED
    if bad.status == 429:
        return SpaceFailure(
            RateLimited,
            "gets too many requests; try again in a while",
            retry_headers.seconds(bad.headers) or BUSY_SECONDS,
        )
    if bad.status in (400, 422):
        return _of_refused_value(bad)
    state = _first(STATES, said) if bad.status >= 500 or bad.status == 200 else None
    if state:
        return state
    if bad.status in (502, 503, 504):
        return replace(ASLEEP, text=f"answered HTTP {bad.status}: it may be starting; try again in a minute")
    if bad.status >= 500:
        return SpaceFailure(ProviderUnreachable, f"answered HTTP {bad.status}; try again", tries=TRIES)
    return SpaceFailure(
        ProviderError, f"answered HTTP {bad.status} with a web page or something else that cannot be read"
    )


def _is_own(bad: SpaceResponse, said: str) -> bool:
    """Whether Hugging Face or the Space refused, rather than a proxy or firewall, which answers with a page."""
    return bool(short_message(bad.text)) or "hugging face" in said.lower()


def _of_refused_value(bad: SpaceResponse) -> SpaceFailure:
    """A validator of the Space refuses a value with a text. FastAPI's refusals name a place: the arguments changed."""
    try:
        body = json.loads(bad.text)
        detail = body.get("detail") or body
    except (ValueError, RecursionError, AttributeError):
        return CHANGED
    items = detail if isinstance(detail, list) else [detail]
    by_fastapi = any(isinstance(item, dict) and "loc" in item for item in items)
    text = "" if by_fastapi else plain_text(message(items), 200)
    return SpaceFailure(InvalidParams, f"refused a value: {text}") if text else CHANGED


def _refused(token: str | None) -> str:
    if token:
        return f"refused the token: check it at {TOKENS}, or call without one"
    return f"is open to some accounts only: send a token in X-HF-Token ({TOKENS})"


def _quota(said: str, token: str | None) -> SpaceFailure:
    """ZeroGPU's quota texts, old and new; a time of return is in most of them."""
    match = _AGAIN.search(said)
    seconds = None
    if match:
        days, hours, minutes, rest = (float(part or 0) for part in match.groups())  # any length; infinity at worst
        seconds = retry_headers.capped(days * 86400 + hours * 3600 + minutes * 60 + rest)
    more = (
        "or send the token of another account"
        if token
        else "or send a Hugging Face token in X-HF-Token, which has more"
    )
    when = f"in {timedelta(seconds=seconds)}" if seconds is not None else "tomorrow"
    text = f"does no more today: the GPU quota of {'this token' if token else 'calls without token'} is used up; "
    return SpaceFailure(QuotaExceeded, f"{text}try again {when}, {more}", seconds)


def _first(rows: tuple[Row, ...], said: str) -> SpaceFailure | None:
    return next((failure for pattern, failure in rows if re.search(pattern, said, re.I)), None)
