"""Whether a batch will be drawn today, said before it starts: by the deployment's tokens, and by Easel's limits.

What is left of a provider is the sum over its tokens. It is known where the provider tells an amount with a price
(magicubes), or where a day's quota was used up within the last week after a number of pictures. Lines of families have
what the lines that name a provider leave at theirs.
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
"""Time for the providers' functions to report. Without a report nothing is foreseen."""
DEAREST = 2.0
"""Magicubes of a picture whose price the catalog does not know (docs/providers/modelscope.md#quotas)."""
COUNTED_BYTES = 2 * 1024 * 1024
"""Bytes of a manifest that are read. Of a longer one the rest is taken to be like them."""
DAY = 24 * 3600
Wanted = Mapping[tuple[str, str], int]
"""How many pictures a batch asks for, by the ids of provider and model; of a line with `auto`, by its family."""


@dataclass(frozen=True)
class Left:
    """What can still be drawn today.

    Attributes:
        pictures: how many; None if that is not known.
        more_at: when there is more, in seconds since the epoch, if that is known.
        owned: whether the deployment has a token of the provider.
    """

    pictures: int | None = None
    more_at: float | None = None
    owned: bool = True

    def without(self, pictures: int) -> Left:
        rest = None if self.pictures is None else max(0, self.pictures - pictures)
        return Left(rest, self.more_at, self.owned)


def wanted_by(requests: Iterable[Any]) -> Wanted:
    """Count what requests ask for, which are not validated yet. What cannot be read is left out."""
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


def wanted_by_manifest(address: str, size: int) -> Wanted:
    """Count what a stored manifest asks for. Empty if it cannot be read: the forecast stops no batch."""
    bucket, name = split_address(address)
    try:
        last = min(size, COUNTED_BYTES) - 1
        body = aws.s3().get_object(Bucket=bucket, Key=name, Range=f"bytes=0-{last}")["Body"].read()
        return wanted_by_beginning(body if len(body) == size else body[: body.rfind(b"\n") + 1], size)
    except Exception as error:
        logger.warning("a manifest was not counted", extra={"reason": type(error).__name__})
        return {}


def wanted_by_beginning(body: bytes, size: int) -> Wanted:
    """Count what a manifest of `size` bytes asks for, by its beginning. Raise `InvalidRequest` for another file."""
    lines = manifest.lines(lambda start, length: body[start : start + length], len(body))
    wanted = wanted_by(line.fields for line in lines)
    longer = max(1.0, size / max(1, len(body)))
    return {name: round(count * longer) for name, count in wanted.items()}


def forecast(wanted: Wanted, key: Key) -> list[BatchQuota]:
    """Return what is left today at each provider that a batch asks, and of the limits that count its pictures."""
    pictures = Counter[str]()
    for (provider_id, _), count in wanted.items():
        pictures[provider_id] += max(0, count)
    families = [model for provider_id, model in wanted if provider_id == catalog.AUTO]
    members = {provider.id: provider for family in families for provider, _ in catalog.in_family(family)}
    providers = catalog.providers().values()
    asked = [each for each in providers if (pictures[each.id] or each.id in members) and quota.may_use(key, each)]
    reports = quota.reports(asked, WAIT_SECONDS) if asked else {}
    left = {each.id: _left_at(each, _dearest(each, wanted), reports[each.id]) for each in asked}
    foreseen = [_foreseen(each.id, each.name, pictures[each.id], left[each.id]) for each in asked if pictures[each.id]]
    if pictures[catalog.AUTO]:
        of_members = [rest.without(pictures[name]) for name, rest in left.items() if name in members and rest.owned]
        auto = catalog.automatic()
        foreseen.append(_foreseen(auto.id, auto.name, pictures[auto.id], _sum(of_members)))
    return foreseen + _of_limits(key, pictures.total())


def _of_limits(key: Key, pictures: int) -> list[BatchQuota]:
    """Return what the key's own limits and the deployment's leave today. Nothing where there is no limit."""
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
            result.append(_foreseen(*names[payer], pictures, Left(least.left, renewed)))
    return result


def _dearest(provider: Provider, wanted: Wanted) -> float:
    """Return the price of the dearest model that is asked for, also by a family."""
    asked = {model for name, model in wanted if name == provider.id}
    families = {family for name, family in wanted if name == catalog.AUTO}
    models = {model.id: model for model in provider.models}
    asked |= {model.id for model in models.values() if model.family in families}
    prices = {name: model.price for name, model in models.items()}
    return max((float(prices.get(model) or DEAREST) for model in asked), default=DEAREST)


def _left_at(provider: Provider, price: float, report: Mapping[str, Any]) -> Left:
    tokens = report.get("tokens")
    if tokens is None:
        return Left()
    if not tokens:
        return Left(0, owned=False)
    left = [_left(token, price) for token in tokens]
    known = None if None in left else sum(each or 0 for each in left)
    spent = [token["until"] for token in tokens if token["state"] == "used up"]
    spent += [token["allowance"]["resetsAt"] for token in tokens if "resetsAt" in token.get("allowance", {})]
    return Left(known, min([each for each in (*spent, report.get("renewsAt")) if each], default=None))


def _left(token: Mapping[str, Any], price: float) -> int | None:
    """Pictures that a token still draws today; None if that is not known."""
    if token["state"] == "used up":
        return 0
    allowance = token.get("allowance", {})
    if allowance.get("unit") == "magicubes":
        return math.floor(float(allowance["left"]) / price)
    if token.get("fullAfter"):
        return max(0, int(token["fullAfter"]) - int(token["drawnToday"]))
    return None


def _sum(parts: Iterable[Left]) -> Left:
    """Return what several providers can draw together."""
    every = list(parts)
    known = [each.pictures for each in every if each.pictures is not None]
    pictures = sum(known) if len(known) == len(every) else None
    return Left(pictures, min((each.more_at for each in every if each.more_at), default=None), owned=bool(every))


def _foreseen(provider: str, name: str, pictures: int, left: Left) -> BatchQuota:
    text, known = f"how many of {pictures:,} today is not known", left.pictures
    more_at = None
    if not left.owned:
        text = "the deployment has no token"
    elif known is not None and known >= pictures:
        text = f"all {pictures:,} today"
    elif known is not None:
        more_at = left.more_at
        text = f"{known:,} of {pictures:,} today; the rest {_then(more_at)}"
    return BatchQuota(
        provider=provider, name=name, pictures=pictures, left=known, more_at=more_at, text=f"{name}: {text}"
    )


def _then(more_at: float | None) -> str:
    if not more_at:
        return "when there is more"
    day = " on %d %B" if more_at > time.time() + DAY else ""
    return time.strftime(f"after about %H:%M UTC{day}", time.gmtime(more_at))
