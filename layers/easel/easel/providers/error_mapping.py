"""What an unsuccessful answer of a provider means: it is read, and the first of the `error_rules` that matches wins.

A text decides only by whole phrases that the provider wrote. The caller's words are cut out first, since a provider
may repeat them: otherwise a caller could rest the deployment's token with the words of a used-up quota. A token counts
as refused only in the provider's own JSON envelope, because a proxy or a firewall answers 401 and 403 too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from easel.catalog import Provider, provider
from easel.common.provider_text import TEXT_LIMIT as SHOWN
from easel.common.provider_text import code, message, plain_text
from easel.errors import EaselError, ModelRetired, ProviderError, ProviderUnreachable
from easel.providers import prompt_redaction, retired_models
from easel.providers.error_rules import ErrorRule, FailedReply
from easel.providers.http import Reply
from easel.store.records import GenerationRequest

READ_LIMIT = 64 * 1024
"""Longest response, in bytes, that is parsed as an error."""
TEXT_LIMIT = 4000
"""Characters of a text that are searched."""
SUCCESS = ("", "0", "200", "ok", "success")
"""Codes that come with a message and do not mean an error."""


def error_of(reply: Reply, rows: Sequence[ErrorRule], request: GenerationRequest | None = None) -> EaselError:
    """The error for an unsuccessful answer.

    Args:
        reply: the answer.
        rows: the adapter's `table`.
        request: the request that was sent, whose prompt is removed from the text before it is read.
    """
    answer = read(reply)
    return of_answer(answer, reply.provider, rows, request) or _unknown(answer, provider(reply.provider))


def error_inside(
    reply: Reply, rows: Sequence[ErrorRule], request: GenerationRequest | None = None
) -> EaselError | None:
    """The error that a 2xx holds; None if it holds none. A text that a row knows needs no envelope."""
    answer = read(reply)
    known = of_answer(answer, reply.provider, rows, request)
    return known or (_unknown(answer, provider(reply.provider)) if answer.own else None)


def of_answer(
    answer: FailedReply, provider_id: str, rows: Sequence[ErrorRule], request: GenerationRequest | None
) -> EaselError | None:
    """The error of the first row that matches; None if none does."""
    callers = prompt_redaction.of_request(request)
    # An error in a 2xx counts as a 400, unless its own code is an HTTP status.
    status = 400 if 200 <= answer.status < 300 else answer.status
    searched = answer._replace(status=status)
    edits = bool(request and request.images)
    row = next((row for row in rows if (edits or not row.of_image) and row.matches(searched, callers)), None)
    if not row:
        return None
    about = provider(provider_id)
    error = row.kind(
        row.message.format(name=about.name, url=about.token_url),
        provider=about.id,
        field=row.field and row.field.format(header=about.auth_header),
        upstream=answer.text[:SHOWN],
        retry_after=row.retry_after if answer.retry_after is None else answer.retry_after,
    )
    error.of_model = row.of_model
    return retired_models.retired(error, request) if row.kind is ModelRetired else error


def has_error(reply: Reply) -> bool:
    """Whether the body of an answer is an error object, whatever the status."""
    return _envelope(_parsed(reply.content)) is not None


def read(reply: Reply) -> FailedReply:
    """Reduces an answer to what decides."""
    body = _parsed(reply.content)
    envelope = _envelope(body)
    said = body if envelope is None else envelope
    own_code = code(said)
    status = reply.status
    if 200 <= status < 300 and own_code.isascii() and own_code.isdigit() and 400 <= int(own_code[:9]) < 600:
        status = int(own_code)
    return FailedReply(status, _text(reply.content, said), own_code, envelope is not None, reply.retry_after)


def _parsed(content: bytes) -> Any:
    if len(content) > READ_LIMIT:
        return None
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _envelope(body: Any) -> Mapping[str, Any] | None:
    """Return the error object: the body itself or an object in it. Return None if the body has none."""
    if not isinstance(body, dict):
        return None
    return next((part for part in (body, *body.values()) if isinstance(part, dict) and _is_error(part)), None)


def _is_error(part: Mapping[str, Any]) -> bool:
    lower = {name.lower(): value for name, value in part.items()}
    if any(lower.get(name) for name in ("error", "errors", "error_message")):
        return True
    failed = lower.get("success") is False or str(lower.get("status")).lower() in ("error", "fail", "failed")
    return failed or ({"code", "message"} <= set(lower) and code(part) not in SUCCESS)


def _text(content: bytes, body: Any) -> str:
    if body is not None:
        raw = message(body)
    else:
        raw = content[: 4 * TEXT_LIMIT].decode("utf-8", "ignore")
        raw = "" if raw.lstrip("\ufeff \t\r\n")[:1] in ("{", "[") else raw
    return plain_text(raw[:TEXT_LIMIT], TEXT_LIMIT)


def _unknown(answer: FailedReply, about: Provider) -> EaselError:
    """Return the error for a response that no row matches. The message of a 4xx quotes the provider."""
    excerpt = answer.text[:SHOWN]
    if answer.status in (401, 403):
        return ProviderUnreachable(
            f"something in front of {about.name} refused the call (HTTP {answer.status}); try again in a while",
            provider=about.id,
            upstream=excerpt,
            retry_after=answer.retry_after,
        )
    text = f"{about.name} answered HTTP {answer.status}; {_advice(answer.status)}, or use another model or provider"
    if answer.text and answer.status < 500:
        text += f". It said: {answer.text[:200]}"
    return ProviderError(text, provider=about.id, upstream=excerpt, retry_after=answer.retry_after)


def _advice(status: int) -> str:
    if 300 <= status < 400:
        return "the deployment's owner checks the provider's base URL"
    return "change the request" if 400 <= status < 500 else "try again in a while"
