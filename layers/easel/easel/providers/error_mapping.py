"""What an unsuccessful answer of a provider means: it is read, and the first of the `error_rules` that matches wins.

A text decides only by whole phrases that the provider wrote. The caller's words are cut out first, since a provider
may repeat them: otherwise a caller could rest the deployment's token with the words of a used-up quota. A token counts
as refused only in the provider's own JSON envelope, because a proxy or a firewall answers 401 and 403 too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
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


def error_of(reply: Reply, rows: Sequence[ErrorRule], request: GenerationRequest | None = None) -> EaselError:
    """The error for an unsuccessful answer.

    Args:
        reply: the answer.
        rows: the adapter's `table`.
        request: the request that was sent, whose prompt is removed from the text before it is read.
    """
    answer = read(reply)
    return of_answer(answer, reply.provider, rows, request) or _unknown(answer, provider(reply.provider))


def of_answer(
    answer: FailedReply, provider_id: str, rows: Sequence[ErrorRule], request: GenerationRequest | None
) -> EaselError | None:
    """The error of the first row that matches; None if none does."""
    callers = prompt_redaction.of_request(request)
    # What stands in a 2xx was refused as by a 400, where its code is no HTTP status.
    status = 400 if 200 <= answer.status < 300 else answer.status
    searched = answer._replace(text=callers.redact(answer.text), status=status)
    row = next((row for row in rows if row.matches(searched, callers)), None)
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
    return _is_envelope(_parsed(reply.content))


def read(reply: Reply) -> FailedReply:
    """Reduces an answer to what decides."""
    body = _parsed(reply.content)
    own_code = code(body)
    status = reply.status
    if 200 <= status < 300 and own_code.isascii() and own_code.isdigit() and 400 <= int(own_code[:9]) < 600:
        status = int(own_code)
    return FailedReply(status, _text(reply.content, body), own_code, _is_envelope(body), reply.retry_after)


def _parsed(content: bytes) -> Any:
    if len(content) > READ_LIMIT:
        return None
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _is_envelope(body: Any) -> bool:
    if not isinstance(body, dict):
        return False
    names = {name.lower() for name in body}
    return any(body.get(name) for name in ("error", "errors", "error_message")) or {"code", "message"} <= names


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
            f"something in front of {about.name} refused the call (HTTP {answer.status}); try again",
            provider=about.id,
            upstream=excerpt,
            retry_after=answer.retry_after,
        )
    said = f": {answer.text[:200]}" if answer.text and answer.status < 500 else ""
    text = f"{about.name} answered HTTP {answer.status}{said}"
    return ProviderError(text, provider=about.id, upstream=excerpt, retry_after=answer.retry_after)
