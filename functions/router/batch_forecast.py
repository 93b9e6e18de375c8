"""Forecast before a batch starts: how many of its pictures the deployment's tokens and Easel's limits allow today.

A provider's remaining pictures are the sum over its tokens. A token's remaining pictures are known if the provider
reports an amount in a unit with a known price (magicubes), or if the token's daily quota was used up within the last
week, so that its size is known. Lines with a provider count first. Lines of families use what those leave.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from easel import catalog
from easel.batch import manifest
from easel.batch.response_models import BatchQuota
from easel.batch.start import split_address
from easel.budgets import admission, keys, usage
from easel.budgets.keys import Key
from easel.catalog import Provider
from easel.common import aws
from easel.common.telemetry import logger
from easel.store import table
from easel.store.payer import DEPLOYMENT, Payer
from routes import quota

WAIT_SECONDS = 3.0
"""Seconds for the providers' functions to report. Without a report, the remaining pictures are unknown."""
DEFAULT_PRICE = 2.0
"""Magicubes of a picture if the catalog has no price for its model (docs/providers/modelscope.md#quotas)."""
COUNTED_BYTES = 2 * 1024 * 1024
"""Maximum bytes of a manifest that are read. The rest of a longer manifest is assumed to be similar."""
DAY = 24 * 3600
PictureCounts = Mapping[tuple[str, str], int]
"""Number of requested pictures, by the ids of provider and model. For `auto`, the family is the model's id."""


@dataclass(frozen=True)
class Remaining:
    """The pictures that a provider or a limit still allows today.

    Attributes:
        pictures: their number; None if it is unknown.
        more_at: time of the next renewal, in seconds since the epoch; None if it is unknown.
        has_token: whether the deployment has a token of the provider.
    """

    pictures: int | None = None
    more_at: float | None = None
    has_token: bool = True

    def without(self, pictures: int) -> Remaining:
        rest = None if self.pictures is None else max(0, self.pictures - pictures)
        return Remaining(rest, self.more_at, self.has_token)


def count_requests(requests: Iterable[Any]) -> PictureCounts:
    """Count the requested pictures of requests that are not validated yet. Requests that cannot be read are ignored."""
    result: Counter[tuple[str, str]] = Counter()
    for request in requests:
        fields = request if isinstance(request, dict) else {}
        model, count = fields.get("model"), fields.get("count", 1)
        entry = catalog.qualified(model) if isinstance(model, str) else None
        name = fields.get("provider") or (entry[0].id if entry else catalog.default_provider().id)
        provider = catalog.offered(name) if isinstance(name, str) else None
        if provider and isinstance(count, int) and 0 < count <= manifest.MAX_COUNT:
            result[provider.id, entry[1].id if entry else str(model or provider.models[0].id)] += count
    return result


def count_manifest(address: str, size: int) -> PictureCounts:
    """Count a stored manifest's pictures. Return {} if it cannot be read, because a forecast must not stop a batch."""
    bucket, name = split_address(address)
    try:
        last = min(size, COUNTED_BYTES) - 1
        body = aws.s3().get_object(Bucket=bucket, Key=name, Range=f"bytes=0-{last}")["Body"].read()
        return count_beginning(body if len(body) == size else body[: body.rfind(b"\n") + 1], size)
    except Exception as error:
        logger.warning("manifest not counted for a forecast", extra={"reason": type(error).__name__})
        return {}


def count_beginning(body: bytes, size: int) -> PictureCounts:
    """Estimate the pictures of a manifest of `size` bytes from its beginning.

    Raise `InvalidRequest` if the beginning is not that of a manifest.
    """
    lines = manifest.lines(lambda start, length: body[start : start + length], len(body))
    wanted = count_requests(line.fields for line in lines)
    longer = max(1.0, size / max(1, len(body)))
    return {name: round(count * longer) for name, count in wanted.items()}


def forecast(wanted: PictureCounts, key: Key) -> list[BatchQuota]:
    """Return what is left today at each provider of a batch, and of the limits that count its pictures."""
    pictures = Counter[str]()
    for (provider_id, _), count in wanted.items():
        pictures[provider_id] += max(0, count)
    families = [model for provider_id, model in wanted if provider_id == catalog.AUTO]
    members = {provider.id: provider for family in families for provider, _ in catalog.in_family(family)}
    providers = catalog.providers().values()
    asked = [each for each in providers if (pictures[each.id] or each.id in members) and quota.may_use(key, each)]
    reports = quota.reports(asked, WAIT_SECONDS) if asked else {}
    left = {each.id: _left_of_provider(each, _highest_price(each, wanted), reports[each.id]) for each in asked}
    entries = [
        _quota_entry(each.id, each.name, pictures[each.id], left[each.id]) for each in asked if pictures[each.id]
    ]
    if pictures[catalog.AUTO]:
        of_members = [rest.without(pictures[name]) for name, rest in left.items() if name in members and rest.has_token]
        auto = catalog.automatic()
        entries.append(_quota_entry(auto.id, auto.name, pictures[auto.id], _sum(of_members)))
    return entries + _limit_entries(key, pictures.total())


def _limit_entries(key: Key, pictures: int) -> list[BatchQuota]:
    """Return what the key's limits and the deployment's limits leave today. A payer without limits has no entry."""
    names = {Payer.of_key(key.id): ("key", "Your key"), DEPLOYMENT: ("deployment", "This deployment")}
    now = time.time()
    result = []
    for payer in admission.batch_charge("", key.id, now).payers if pictures else ():
        counted = table.get(payer.counters_id) or {}
        limits = keys.limits_of(keys.read_item(key.id)) if payer != DEPLOYMENT else {}
        limited = [use for use in usage.uses(payer, {**counted, **limits}, now, batch=True) if use.limit]
        if limited:
            least = min(limited, key=lambda use: use.left)
            renewed = least.period.ends if least.period else None
            result.append(_quota_entry(*names[payer], pictures, Remaining(least.left, renewed)))
    return result


def _highest_price(provider: Provider, wanted: PictureCounts) -> float:
    """Return the highest price of the provider's requested models, including those of requested families."""
    asked = {model for name, model in wanted if name == provider.id}
    families = {family for name, family in wanted if name == catalog.AUTO}
    models = {model.id: model for model in provider.models}
    asked |= {model.id for model in models.values() if model.family in families}
    prices = {name: model.price for name, model in models.items()}
    return max((float(prices.get(model) or DEFAULT_PRICE) for model in asked), default=DEFAULT_PRICE)


def _left_of_provider(provider: Provider, price: float, report: Mapping[str, Any]) -> Remaining:
    tokens = report.get("tokens")
    if tokens is None:
        return Remaining()
    if not tokens:
        return Remaining(0, has_token=False)
    left = [_left_of_token(token, price) for token in tokens]
    known = None if None in left else sum(each or 0 for each in left)
    spent = [token["until"] for token in tokens if token["state"] == "used up"]
    spent += [token["allowance"]["resetsAt"] for token in tokens if "resetsAt" in token.get("allowance", {})]
    return Remaining(known, min([each for each in (*spent, report.get("renewsAt")) if each], default=None))


def _left_of_token(token: Mapping[str, Any], price: float) -> int | None:
    """Return the number of pictures that a token still allows today, or None if it is unknown."""
    if token["state"] == "used up":
        return 0
    allowance = token.get("allowance", {})
    if allowance.get("unit") == "magicubes":
        return math.floor(float(allowance["left"]) / price)
    if token.get("fullAfter"):
        return max(0, int(token["fullAfter"]) - int(token["drawnToday"]))
    return None


def _sum(parts: Iterable[Remaining]) -> Remaining:
    """Return what several providers allow together."""
    every = list(parts)
    known = [each.pictures for each in every if each.pictures is not None]
    pictures = sum(known) if len(known) == len(every) else None
    return Remaining(
        pictures, min((each.more_at for each in every if each.more_at), default=None), has_token=bool(every)
    )


def _quota_entry(provider: str, name: str, pictures: int, left: Remaining) -> BatchQuota:
    text, known = f"unknown how many of {pictures:,} today", left.pictures
    more_at = None
    if not left.has_token:
        text = "the deployment has no token of this provider"
    elif known is not None and known >= pictures:
        text = f"all {pictures:,} today"
    elif known is not None:
        more_at = left.more_at
        text = f"{known:,} of {pictures:,} today; the rest {_renewal_text(more_at)}"
    return BatchQuota(
        provider=provider, name=name, pictures=pictures, left=known, more_at=more_at, text=f"{name}: {text}"
    )


def _renewal_text(more_at: float | None) -> str:
    if not more_at:
        return "after the quota renews"
    day = " on %d %B" if more_at > time.time() + DAY else ""
    return time.strftime(f"after about %H:%M UTC{day}", time.gmtime(more_at))
