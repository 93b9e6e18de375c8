"""Map a provider's unsuccessful response to an error: the first matching row of the `error_rules` wins.

A text counts only by whole phrases that the provider wrote. The caller's words are removed first, because a provider
may repeat them: otherwise a caller could rest the deployment's token by quoting the text of a used-up quota. A token
counts as refused only in the provider's own JSON envelope, because proxies and firewalls also send 401 and 403.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from easel.catalog import Provider, provider
from easel.common.contents import Content
from easel.common.provider_text import TEXT_LIMIT as EXCERPT_LIMIT
from easel.common.provider_text import code, message, plain_text
from easel.errors import EaselError, ModelRetired, ProviderError, ProviderUnreachable
from easel.providers import prompt_redaction, retired_models
from easel.providers.error_rules import ErrorRule, FailedReply
from easel.providers.http import Reply
from easel.store.records import GenerationRequest

READ_LIMIT = 64 * 1024
"""Maximum bytes of a response that is parsed as an error."""
TEXT_LIMIT = 4000
"""Maximum characters of a text that are searched."""
SUCCESS = ("", "0", "200", "ok", "success")
"""Codes in an object with a message that are not errors."""


def error_of(reply: Reply, rows: Sequence[ErrorRule], request: GenerationRequest | None = None) -> EaselError:
    """Return the error for an unsuccessful response.

    Args:
        reply: the response.
        rows: the adapter's table of errors.
        request: the request that was sent. Its prompt is removed from the text before the text is compared.
    """
    answer = read(reply)
    return match(answer, reply.provider, rows, request) or _unknown(answer, provider(reply.provider))


def error_inside(
    reply: Reply, rows: Sequence[ErrorRule], request: GenerationRequest | None = None
) -> EaselError | None:
    """Return the error in a 2xx response, or None. A text that matches a row needs no envelope."""
    answer = read(reply)
    known = match(answer, reply.provider, rows, request)
    return known or (_unknown(answer, provider(reply.provider)) if answer.own else None)


def match(
    answer: FailedReply, provider_id: str, rows: Sequence[ErrorRule], request: GenerationRequest | None
) -> EaselError | None:
    """Return the error of the first matching row, or None."""
    callers = prompt_redaction.prompt_of_request(request)
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
        upstream=answer.text[:EXCERPT_LIMIT],
        retry_after=row.retry_after if answer.retry_after is None else answer.retry_after,
    )
    error.concerns_model = row.concerns_model
    return retired_models.retired(error, request) if row.kind is ModelRetired else error


def has_error(reply: Reply) -> bool:
    """Return whether a response's body is an error object, with any status."""
    return _envelope(_parsed(reply.content)) is not None


def read(reply: Reply) -> FailedReply:
    """Reduce a response to the parts that rows compare."""
    body = _parsed(reply.content)
    envelope = _envelope(body)
    said = body if envelope is None else envelope
    own_code = code(said)
    status = reply.status
    if 200 <= status < 300 and own_code.isascii() and own_code.isdigit() and 400 <= int(own_code[:9]) < 600:
        status = int(own_code)
    return FailedReply(status, _text(reply.content, said), own_code, envelope is not None, reply.retry_after)


def _parsed(content: Content) -> Any:
    if len(content) > READ_LIMIT:
        return None
    try:
        return json.loads(content[:])
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


def _text(content: Content, body: Any) -> str:
    if body is not None:
        raw = message(body)
    else:
        raw = content[: 4 * TEXT_LIMIT].decode("utf-8", "ignore")
        raw = "" if raw.lstrip("\ufeff \t\r\n")[:1] in ("{", "[") else raw
    return plain_text(raw[:TEXT_LIMIT], TEXT_LIMIT)


def _unknown(answer: FailedReply, about: Provider) -> EaselError:
    """Return the error for a response that no row matches. The message of a 4xx quotes the provider."""
    excerpt = answer.text[:EXCERPT_LIMIT]
    if answer.status in (401, 403):
        return ProviderUnreachable(
            f"a proxy or firewall in front of {about.name} refused the call (HTTP {answer.status}); "
            "try again in a while",
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
        return "the deployment's owner must check the provider's base URL"
    return "change the request" if 400 <= status < 500 else "try again in a while"
