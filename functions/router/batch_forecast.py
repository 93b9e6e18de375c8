"""Whether the deployment's tokens will do for a batch today, said before it starts.

What is left of a provider is the sum over its tokens. It is known where the provider tells an amount with a price
(magicubes), or where a day's quota was used up within the last week after a number of pictures.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from easel import catalog
from easel.batch.response_models import BatchQuota
from easel.budgets.keys import Key
from easel.catalog import Provider
from routes import quota

WAIT_SECONDS = 3.0
"""Time for the providers' functions to report. Without a report nothing is foreseen."""
DEAREST = 2.0
"""Magicubes of a picture whose price the catalog does not know (docs/providers/modelscope.md#quotas)."""
Wanted = Mapping[tuple[str, str], int]
"""How many pictures a batch asks for, by the ids of provider and model."""


def wanted_by(requests: Iterable[Any]) -> Wanted:
    """Count what requests ask for, which are not validated yet. What cannot be read is left out."""
    result: Counter[tuple[str, str]] = Counter()
    for request in requests:
        fields = request if isinstance(request, dict) else {}
        model, count = fields.get("model"), fields.get("count", 1)
        entry = catalog.qualified(model) if isinstance(model, str) else None
        name = fields.get("provider") or (entry[0].id if entry else catalog.default_provider().id)
        provider = catalog.named(name) if isinstance(name, str) else None
        if provider and isinstance(count, int):
            result[provider.id, entry[1].id if entry else str(model or provider.models[0].id)] += count
    return result


def forecast(wanted: Wanted, key: Key) -> list[BatchQuota]:
    """What is left today at each provider that a batch asks."""
    pictures: Counter[str] = Counter()
    for (provider_id, _), count in wanted.items():
        pictures[provider_id] += max(0, count)
    asked = [each for each in catalog.providers().values() if pictures[each.id] and quota.may_use(key, each)]
    reports = quota.reports(asked, WAIT_SECONDS) if asked else {}
    return [_of_provider(each, pictures[each.id], _dearest(each, wanted), reports[each.id]) for each in asked]


def _dearest(provider: Provider, wanted: Wanted) -> float:
    """The price of the dearest model that is asked for."""
    prices = {model.id: model.price for model in provider.models}
    return max(float(prices.get(model) or DEAREST) for name, model in wanted if name == provider.id)


def _of_provider(provider: Provider, pictures: int, price: float, report: Mapping[str, Any]) -> BatchQuota:
    tokens = report.get("tokens")
    if tokens is None:
        return _foreseen(provider, pictures)
    if not tokens:
        text = f"{provider.name}: the deployment has no token"
        return BatchQuota(provider=provider.id, pictures=pictures, left=0, text=text)
    left = [_left(token, price) for token in tokens]
    known = None if None in left else sum(each or 0 for each in left)
    if known is None or known >= pictures:
        return _foreseen(provider, pictures, known)
    spent = [token["until"] for token in tokens if token["state"] == "used up"]
    spent += [token["allowance"]["resetsAt"] for token in tokens if "resetsAt" in token.get("allowance", {})]
    renewed = min([each for each in (*spent, report.get("renewsAt")) if each], default=None)
    return _foreseen(provider, pictures, known, renewed)


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


def _foreseen(provider: Provider, pictures: int, left: int | None = None, more_at: float | None = None) -> BatchQuota:
    text = f"how many of {pictures:,} today is not known"
    if left is not None and left >= pictures:
        text = f"all {pictures:,} today"
    elif left is not None:
        then = time.strftime("after about %H:%M UTC", time.gmtime(more_at)) if more_at else "when there is more"
        text = f"{left:,} of {pictures:,} today; the rest {then}"
    full_text = f"{provider.name}: {text}"
    return BatchQuota(provider=provider.id, pictures=pictures, left=left, more_at=more_at, text=full_text)
