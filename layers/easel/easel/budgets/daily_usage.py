"""The ledger: the number and cost of pictures by day, caller, provider, model and outcome.

Each day of a caller has one item, `usage#{day}#{caller}`, so a report needs no scan of the table. A caller is an Easel
key or one of `KEYLESS`. The function `ledger` counts a job when the table's stream reports its end. The item has
up to four attributes for each provider, model and outcome, named `{measure}#{provider}/{model}/{outcome}`:

| measure | content |
|---|---|
| `n` | pictures, or failures |
| `s` | seconds of the provider's function |
| `a` | estimated cost at AWS in US dollars |
| `p` | the provider's price in its unit; missing if unknown |

The ledger is only a report. `easel.budgets.charges` enforces the limits with separate counters.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from easel.budgets import periods
from easel.catalog import providers
from easel.errors import InvalidParams
from easel.store import table
from easel.store.table import Item

SUCCEEDED = "succeeded"
"""The outcome of a picture. Other outcomes are error codes."""
ANONYMOUS, TOKENS, SCHEDULE = "anonymous", "tokens", "schedule"
KEYLESS = (ANONYMOUS, TOKENS, SCHEDULE)
"""Callers without an Easel key: those without a token, those with a provider's token, and scheduled batches."""
KEPT_DAYS = 400
"""Days after which a day's items expire."""
DEFAULT_DAYS = 30
"""Number of days of a report without dates."""
COLUMNS = ("day", "key", "provider", "model", "outcome", "pictures", "seconds", "aws_usd", "price", "price_unit")


class Amounts(NamedTuple):
    """The measures of some jobs: pictures, seconds, US dollars at AWS and the provider's price."""

    pictures: int = 0
    seconds: float = 0.0
    aws: float = 0.0
    """US dollars."""
    price: float | None = None

    def __add__(self, other: object) -> Amounts:
        assert isinstance(other, Amounts)
        prices = [each for each in (self.price, other.price) if each is not None]
        price = sum(prices) if prices else None
        return Amounts(self.pictures + other.pictures, self.seconds + other.seconds, self.aws + other.aws, price)

    def __neg__(self) -> Amounts:
        price = None if self.price is None else -self.price
        return Amounts(-self.pictures, -self.seconds, -self.aws, price)


class Line(NamedTuple):
    """One line of a report."""

    day: str
    caller: str
    """Id of an Easel key, or one of `KEYLESS`."""
    provider: str
    model: str
    outcome: str
    amounts: Amounts

    @property
    def price_unit(self) -> str:
        """The unit of the price, or "" without a price."""
        known = providers().get(self.provider)
        return known.price_unit if known and self.amounts.price is not None else ""


def item_id(day: str, caller: str) -> str:
    """Return the id of the item for a caller's day."""
    return f"usage#{day}#{caller}"


def day_of(when: float) -> str:
    """Return the day of a time in the deployment's time zone, such as 2026-11-30."""
    return periods.of("day", when).counter.removeprefix("day#")


def expires(when: float) -> int:
    """Return when the items of the day of `when` expire, in seconds since the epoch."""
    return int(when) + KEPT_DAYS * periods.DAY


def attributes(line: str, amounts: Amounts) -> dict[str, str]:
    """Return the numbers that an update adds to an item's attributes, in DynamoDB's notation.

    Args:
        line: `{provider}/{model}/{outcome}`.
        amounts: the amounts to add.
    """
    added = {"n": str(amounts.pictures), "s": f"{amounts.seconds:.3f}", "a": f"{amounts.aws:.9f}"}
    if amounts.price is not None:
        added["p"] = f"{amounts.price:.6f}"
    return {f"{measure}#{line}": number for measure, number in added.items()}


def days(first: date | None, last: date | None, now: float) -> list[str]:
    """Return the days from `first` to `last`, such as 2026-11-30.

    Without `last`, the report ends today. Without `first`, it has `DEFAULT_DAYS` days. Raise `InvalidParams` if the
    dates are not in order or more than `KEPT_DAYS` apart.
    """
    end = last or date.fromisoformat(day_of(now))
    begin = first or end - timedelta(days=min(DEFAULT_DAYS, end.toordinal()) - 1)
    number = (end - begin).days + 1
    if not 1 <= number <= KEPT_DAYS:
        raise InvalidParams(f"from and to: must be in order and at most {KEPT_DAYS} days apart")
    return [(begin + timedelta(days=each)).isoformat() for each in range(number)]


def read(days: Sequence[str], callers: Iterable[str]) -> list[Line]:
    """Return the lines of those days and callers, sorted by day. Raise DynamoDB's errors."""
    ids = [item_id(day, caller) for caller in callers for day in days]
    lines = [line for item in table.get_many(ids) for line in _lines(item)]
    return sorted(lines, key=lambda line: line[:5])


def _lines(item: Item) -> Iterable[Line]:
    _, day, caller = item["id"]["S"].split("#", 2)
    for name in item:
        if not name.startswith("n#"):
            continue
        line = name.removeprefix("n#")
        provider, _, rest = line.partition("/")
        model, _, outcome = rest.rpartition("/")
        values = {measure: float(item[key]["N"]) for measure in "nsap" if (key := f"{measure}#{line}") in item}
        amounts = Amounts(int(values["n"]), values["s"], values["a"], values.get("p"))
        if amounts.pictures:
            yield Line(day, caller, provider, model, outcome, amounts)


def csv_text(lines: Iterable[Line], names: Mapping[str, str]) -> str:
    """Return the lines as CSV with the header `COLUMNS`. `names` maps ids of keys to names."""
    import csv

    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for line in lines:
        pictures, seconds, aws, price = line.amounts
        known = "" if price is None else f"{price:.6g}"
        facts = (pictures, f"{seconds:.1f}", f"{aws:.6f}", known, line.price_unit)
        writer.writerow([line.day, names.get(line.caller, line.caller), *line[2:5], *facts])
    return text.getvalue()
