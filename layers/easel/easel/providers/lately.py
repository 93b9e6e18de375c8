"""Remember which providers generated a family's pictures recently, and how fast. `provider: auto` uses this order.

The item `lately#{family}` of the job table has two facts about each provider: the duration of a picture in seconds, and
the time until which the provider comes last because it failed. An error that depends on the token counts only for the
deployment's own tokens, so a caller's bad token does not change the order for others.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from easel.catalog import Model, Provider
from easel.common.telemetry import logger
from easel.errors import EaselError, ModelMissing, ModelRetired, ProviderError, ProviderUnreachable
from easel.store import versioned_items
from easel.store.records import Job

LAST_SECONDS = 300.0
"""Seconds for which a failed provider comes last, if its error names no time."""
MAX_LAST_SECONDS = 24 * 3600.0
KEPT_SECONDS = 30 * 24 * 3600
OWN_PREFIX = "own "
"""Prefix of a provider's id for the deployment's own tokens."""
PROVIDER_ERRORS = (ProviderError, ProviderUnreachable, ModelRetired, ModelMissing)
"""Errors that every caller of the provider would get."""

T = TypeVar("T")
_known: dict[tuple[str, str], tuple[int, int]] = {}
"""The last values that this process wrote, by family and provider: the duration's class, and `until`."""


def read(family: str) -> Mapping[str, Any]:
    """Return the family's item. It is empty if none is stored, or if the table does not respond."""
    try:
        return versioned_items.read(_item_id(family)) or {}
    except Exception as error:
        logger.warning("recent results of a family not read", extra={"reason": type(error).__name__})
        return {}


def in_order(family: str, models: Iterable[tuple[Provider, Model]], *, own: bool) -> list[str]:
    """Return the providers' ids, the fastest first. Providers that failed recently come last.

    Durations that differ by less than a factor of about two count as equal, and keep the catalog's order.

    Args:
        family: the family.
        models: the family's models, in the catalog's order.
        own: True if the deployment's own tokens are used.
    """
    item, now = read(family), time.time()

    def place(entry: tuple[Provider, Model]) -> tuple[bool, int]:
        provider, model = entry
        facts = item.get(provider.id, {})
        rests = [facts.get("until", 0.0), item.get(OWN_PREFIX + provider.id, {}).get("until", 0.0) if own else 0.0]
        return max(rests) > now, _class(facts.get("seconds", model.typical_seconds))

    return [provider.id for provider, _ in sorted(models, key=place)]


def record_success(job: Job) -> None:
    """Store that a family's provider has generated a picture, unless the stored facts say so already."""
    if not job.family or not job.result:
        return
    provider, seconds = job.request.provider, job.result.seconds
    news = (_class(seconds), 0)
    if _known.get((job.family, provider)) == news:
        return
    _write(job.family, {provider: {"seconds": 2 ** news[0], "until": 0}, OWN_PREFIX + provider: {}})
    _known[job.family, provider] = news


def record_failure(job: Job, error: EaselError, *, own: bool) -> None:
    """Store that a family's provider has failed. `own` is True if the deployment's own token was used."""
    if not job.family or not (own or error.concerns_model or isinstance(error, PROVIDER_ERRORS)):
        return
    provider, now = job.request.provider, time.time()
    of_provider = error.concerns_model or isinstance(error, PROVIDER_ERRORS)
    until = now + min(error.retry_after or LAST_SECONDS, MAX_LAST_SECONDS)
    _known.pop((job.family, provider), None)
    _write(job.family, {provider if of_provider else OWN_PREFIX + provider: {"until": round(until)}})


def _write(family: str, changes: Mapping[str, Mapping[str, float]]) -> None:
    def changed(before: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        fields = dict(before or {})
        for name, change in changes.items():
            after = {**fields.get(name, {}), **change} if change else {}
            fields = {**{each: fields[each] for each in fields if each != name}, **({name: after} if after else {})}
        return None if fields == before else fields

    try:
        versioned_items.change(_item_id(family), changed, lambda _: time.time() + KEPT_SECONDS)
    except Exception as error:
        logger.warning("recent results of a family not stored", extra={"reason": type(error).__name__})


def _class(seconds: float) -> int:
    """Return the power of two nearest to a duration, so that similar durations are equal."""
    return max(0, round(math.log2(seconds))) if seconds > 0 else 0


def _item_id(family: str) -> str:
    return f"lately#{family}"
