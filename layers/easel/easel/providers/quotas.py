"""Remember used-up quotas of callers' tokens in the job table for a minute, for all functions.

Some clients repeat a call after every 429, whatever its headers say. A repeat gets the same error again, without a call
to the provider. The key is the token with the whole request, because a quota that refuses one picture may still allow a
smaller one. The deployment's own tokens are handled in `easel.providers.cooldowns`.

The item `refused#{digest}` has the error and its time. It is read while the job is claimed, so a call does not wait for
it.
"""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from types import MappingProxyType
from typing import TypeVar

from easel.catalog import Provider
from easel.common.deadline import ends_within, in_thread
from easel.common.telemetry import logger
from easel.errors import EaselError, QuotaExceeded, from_body
from easel.providers import tokens
from easel.store import table
from easel.store.records import GenerationRequest

T = TypeVar("T")
Refusals = Mapping[str, EaselError]
"""The errors of recently refused calls, by the digest of token and request."""
NO_REFUSALS: Refusals = MappingProxyType({})

REFUSED_SECONDS = 60.0
"""Time for which a refusal is remembered, unless the provider names a shorter one. The caller may buy a package."""
READ_SECONDS = 1.0
"""Maximum wait of a claimed job for the read. After that the provider is called."""
IGNORED_FIELDS = ("seed", "response_format")
"""Fields that do not change the price. Without a seed in the request, each repeat has another one."""


def begin_read(request: GenerationRequest, caller_tokens: Sequence[str | None]) -> Future[Refusals]:
    """Read in a thread whether these tokens were refused for the request within the last minute."""
    return in_thread(_read, [_item_id(request, token) for token in caller_tokens], time.time())


def read_by(reading: Future[Refusals]) -> Refusals:
    """Return the refusals that were read. If the read fails or takes too long, return none."""
    if not ends_within(reading, READ_SECONDS):
        return {}
    if error := reading.exception():
        logger.warning("used-up quotas not read", extra={"reason": type(error).__name__})
        return {}
    return reading.result()


def attempt_unless_refused(
    request: GenerationRequest, token: str | None, refusals: Refusals, attempt: Callable[[], T]
) -> T:
    """Return the result of `attempt`. If the request was recently refused with this token, raise the same error."""
    item_id = _item_id(request, token)
    if item_id in refusals:
        raise refusals[item_id]
    try:
        return attempt()
    except QuotaExceeded as refusal:
        if not refusal.drawn:
            _remember(item_id, refusal, request.catalog_provider)
        raise


def _remember(item_id: str, error: QuotaExceeded, provider: Provider) -> None:
    """Store a refusal. Add a retry time to the error, unless the provider named one or the token can never work."""
    now = time.time()
    if error.retry_after is None and not error.dead_token:
        error.retry_after = math.ceil(tokens.quota_seconds(provider, now))
    until = now + min(REFUSED_SECONDS, error.retry_after or REFUSED_SECONDS)
    item: dict[str, table.Attribute] = {
        "id": {"S": item_id},
        "refusal": {"S": table.json_text(error.body())},
        "made": table.number(now),
        "until": table.number(until),
        "expires": {"N": str(math.ceil(until))},
    }
    try:
        table.replace(item)
    except Exception as failure:  # the caller gets the refusal in any case
        logger.warning("used-up quota not stored", extra={"reason": type(failure).__name__})


def _read(ids: Sequence[str], now: float) -> Refusals:
    """Return the refusals that are still valid. Their retry times are reduced by the time that has passed."""
    found = {}
    for item in table.get_many(list(dict.fromkeys(ids))):
        if float(item["until"]["N"]) > now:
            error = from_body(json.loads(item["refusal"]["S"]))
            if error.retry_after is not None:
                error.retry_after = max(1, math.ceil(error.retry_after - (now - float(item["made"]["N"]))))
            found[item["id"]["S"]] = error
    return found


def _item_id(request: GenerationRequest, token: str | None) -> str:
    fields = {name: value for name, value in request.to_json().items() if name not in IGNORED_FIELDS}
    digest = hashlib.sha256(f"{token}\0{json.dumps(fields, sort_keys=True)}".encode()).hexdigest()
    return f"refused#{digest}"
