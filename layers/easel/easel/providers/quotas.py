"""Used-up quotas of callers' tokens, remembered in the table for a minute, so that every function knows of them.

Some clients repeat a call after every 429, whatever its headers say. Such a repeat gets the same error again, and the
provider is not asked. The memory is of the token, the model and the rest of the request, since what is left of a quota
may still pay for a smaller picture. The deployment's own tokens rest in the table: see `easel.providers.cooldowns`.

The item `refused#{digest}` holds the error and its time. It is read while the job is claimed, so a call does not wait
for it.
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
"""The errors of calls that were just refused, by the digest of token and request."""
NO_REFUSALS: Refusals = MappingProxyType({})

SECONDS = 60.0
"""Time for which a refusal is remembered, unless the provider names a shorter one. After that a new package counts."""
READ_SECONDS = 1.0
"""How long a claimed job waits for the read at most. After that the provider is asked."""
UNCOUNTED = ("seed", "response_format")
"""Fields that change no price. A repeat without a seed has another one."""


def begin_read(request: GenerationRequest, caller_tokens: Sequence[str | None]) -> Future[Refusals]:
    """Read in a thread whether these tokens were refused for the request within the last minute."""
    return in_thread(_read, [_item_id(request, token) for token in caller_tokens], time.time())


def read_by(reading: Future[Refusals]) -> Refusals:
    """Return what was read. A read that fails or takes too long counts as no refusal."""
    if not ends_within(reading, READ_SECONDS):
        return {}
    if error := reading.exception():
        logger.warning("used-up quotas are not read", extra={"reason": type(error).__name__})
        return {}
    return reading.result()


def asked_once(request: GenerationRequest, token: str | None, refusals: Refusals, attempt: Callable[[], T]) -> T:
    """Return the result of `attempt`; raise the error of an earlier one if the quota was just refused."""
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
    """Keep a refusal. Add to the error when the quota comes back, unless the provider said so or no day brings it."""
    now = time.time()
    if error.retry_after is None and not error.dead_token:
        error.retry_after = math.ceil(tokens.quota_seconds(provider, now))
    until = now + min(SECONDS, error.retry_after or SECONDS)
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
        logger.warning("a used-up quota is not kept", extra={"reason": type(failure).__name__})


def _read(ids: Sequence[str], now: float) -> Refusals:
    """Return the refusals that still count, as they are after the time that has passed."""
    found = {}
    for item in table.get_many(list(dict.fromkeys(ids))):
        if float(item["until"]["N"]) > now:
            error = from_body(json.loads(item["refusal"]["S"]))
            if error.retry_after is not None:
                error.retry_after = max(1, math.ceil(error.retry_after - (now - float(item["made"]["N"]))))
            found[item["id"]["S"]] = error
    return found


def _item_id(request: GenerationRequest, token: str | None) -> str:
    fields = {name: value for name, value in request.to_json().items() if name not in UNCOUNTED}
    digest = hashlib.sha256(f"{token}\0{json.dumps(fields, sort_keys=True)}".encode()).hexdigest()
    return f"refused#{digest}"
