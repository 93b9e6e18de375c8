"""Counting pictures exactly: one item of the job table for each who pays, and one conditional write for each picture.

A picture is counted before its provider is asked, and given back when nothing was drawn. The item of a payer holds

- its limits, where the payer is an Easel key (see `easel.budgets.keys`); others' limits are settings;
- a counter for each minute, day and month, whose name is the period, so that a new period begins at nothing by itself;
- `running`: calls whose picture is being made;
- for each of those pictures `held#{job}`, the moment at which it was counted.

So the question whether there is room, and the answer, are one write without a read before it, and DynamoDB puts such
writes in an order: of 200 calls with room for 50 exactly 50 pass. The mark `held#{job}` makes both directions happen
once, whoever repeats them: a write is repeated where its answer was lost, and a call may die at any point. A mark that
nobody takes away is settled by a later call, once its job cannot be at work any more.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from easel.budgets import keys, periods
from easel.budgets.keys import Key
from easel.budgets.periods import Period
from easel.common import aws
from easel.common.telemetry import logger
from easel.errors import AccessRefused, BudgetSpent, EaselError, InternalError, NotFound, RateLimited, from_body
from easel.store import jobs, table

EVERYBODY = "everybody"
"""The payer that counts every picture of the deployment."""
COUNTED = {
    "key": ("minute", "running", "day", "month"),
    "anonymous": ("running", "day"),
    "address": ("running",),
    EVERYBODY: ("day",),
}
"""What is counted of each kind of payer. Of a batch's pictures only days and months are: its pace is its own."""
HELD_SECONDS = jobs.ALLOWED_SECONDS + 60
"""After this long a job that was counted cannot be at work any more."""
CONCURRENT = 'qu="concurrent-requests"'
"""What `RateLimit-Policy` counts where there is no period."""
SOON = 5  # seconds until one of several running calls may have ended
MOST_STALE = 20  # counters of periods long over, before they are removed
SETTLED_AT_ONCE = 10

Item = Mapping[str, Any]


@dataclass(frozen=True)
class Picture:
    """A picture that is counted at each of its payers."""

    job: str
    """The id of its job."""
    payers: tuple[str, ...]
    """Ids of the items that count it."""
    when: float
    """The moment that decides in which periods it counts."""
    batch: bool = False

    @property
    def mark(self) -> str:
        return f"held#{self.job}"

    def counters(self, payer: str) -> list[tuple[str, Period | None]]:
        """What it counts as, by kind; `running` has no period."""
        kinds = [kind for kind in COUNTED[payer.partition("#")[0]] if not self.batch or kind in ("day", "month")]
        return [(kind, None if kind == "running" else periods.of(kind, self.when)) for kind in kinds]


def count(picture: Picture, payer: str, limits: Mapping[str, int]) -> tuple[Picture, Item]:
    """Counts a picture at one payer, if there is room.

    Args:
        limits: the limits that do not stand in the payer's item, by `minute`, `running`, `day` and `month`.

    Returns:
        The picture as it was counted first, where this is a repeat, and the payer's item as it is then.

    Raises:
        AccessRefused: the payer is an Easel key that is unknown, revoked or expired.
        BudgetSpent: the pictures of the day or the month are used up.
        RateLimited: the calls of the minute are used up, or too many are running.
        InternalError: the table does not answer; nothing is counted then, or it will be given back.
    """
    from botocore.exceptions import BotoCoreError

    client, write = aws.dynamodb(), _counting(picture, payer, limits)
    with table.translated_errors("nothing was generated"):
        for last in (False, True):
            try:
                item: Item = client.update_item(**write, ReturnValues="ALL_NEW")["Attributes"]
            except client.exceptions.ConditionalCheckFailedException as error:
                held: Any = error.response.get("Item")
                item = held or {}
                if not last and picture.mark not in item and settle_old(payer, item):
                    continue
            except BotoCoreError:  # every answer was lost: it may be counted
                give_back(picture, payer, drawn=False)
                raise
            break
    if picture.mark not in item:
        raise _refusal(picture, payer, limits, item)
    _tidy(payer, item)
    return replace(picture, when=float(item[picture.mark]["N"])), item


def give_back(picture: Picture, payer: str, *, drawn: bool) -> None:
    """Takes the mark of a picture away, and what was counted where nothing was drawn. A second time does nothing.

    It never raises: what it could not do a later call does, see `settle_old`.
    """
    back = [
        period.counter if period else kind
        for kind, period in picture.counters(payer)
        if kind == "running" or (kind != "minute" and not drawn)
    ]
    names = {"#mark": picture.mark, **{f"#c{number}": name for number, name in enumerate(back)}}
    added = ", ".join(f"{name} :back" for name in names if name != "#mark")
    client = aws.dynamodb()
    try:
        client.update_item(
            TableName=table.name(),
            Key={"id": {"S": payer}},
            UpdateExpression="REMOVE #mark" + (f" ADD {added}" if added else ""),
            ConditionExpression="attribute_exists(#mark)",
            ExpressionAttributeNames=names,
            **({"ExpressionAttributeValues": {":back": {"N": "-1"}}} if added else {}),  # type: ignore[arg-type]
        )
    except client.exceptions.ConditionalCheckFailedException:
        return
    except Exception as error:
        logger.warning("a picture is not settled yet", extra={"job": picture.job, "reason": type(error).__name__})


def settle_old(payer: str, item: Item) -> bool:
    """Settles pictures whose job cannot be at work any more, and whose function died before it did; whether any."""
    now = time.time()
    old = {
        name.removeprefix("held#"): when
        for name, value in item.items()
        if name.startswith("held#") and (when := float(value["N"])) + HELD_SECONDS < now
    }
    for job_id, when in list(old.items())[:SETTLED_AT_ONCE]:
        drawn, batch = _fate(job_id)
        give_back(Picture(job_id, (payer,), when, batch), payer, drawn=drawn)
    return bool(old)


def _fate(job_id: str) -> tuple[bool, bool]:
    """Whether a picture may have been drawn for a job, and whether the job is a batch's."""
    try:
        job = jobs.get(job_id)
    except NotFound:
        return False, job_id.startswith("b")  # it is stored at the latest by who begins it
    begun = job.started is not None or job.attempts > 0
    if job.status == "failed":
        return begun and from_body(job.error or {}).drawn, bool(job.batch)
    return begun and job.status != "queued", bool(job.batch)


def _counting(picture: Picture, payer: str, limits: Mapping[str, int]) -> dict[str, Any]:
    """The write that counts: its condition holds the limits, those in the item and those given."""
    counters = picture.counters(payer)
    names = {"#mark": picture.mark, **{f"#{kind}": period.counter if period else kind for kind, period in counters}}
    values = {":one": {"N": "1"}, ":when": table.number(picture.when)}
    values |= {f":{kind}": {"N": str(limits[kind])} for kind, _ in counters if limits.get(kind)}
    conditions = ["attribute_not_exists(#mark)"]
    conditions += [
        f"(attribute_not_exists(#{kind}) OR #{kind} < :{kind})" for kind, _ in counters if f":{kind}" in values
    ]
    change = "SET #mark = :when"
    if payer.startswith("key#"):
        own = {kind: "at_once" if kind == "running" else kind for kind, _ in counters}
        names |= {"#name": "name", "#revoked": "revoked", "#until": "until"}
        names |= {f"#own_{kind}": name for kind, name in own.items()}
        values[":now"] = table.number(time.time())
        conditions += ["attribute_exists(#name)", "attribute_not_exists(#revoked)"]
        conditions += ["(attribute_not_exists(#until) OR #until > :now)"]
        conditions += [
            f"(attribute_not_exists(#own_{kind}) OR attribute_not_exists(#{kind}) OR #{kind} < #own_{kind})"
            for kind in own
        ]
    elif payer != EVERYBODY:
        names["#expires"] = "expires"
        values[":expires"] = {"N": str(int(picture.when) + 3 * periods.DAY)}
        change += ", #expires = :expires"
    return {
        "TableName": table.name(),
        "Key": {"id": {"S": payer}},
        "UpdateExpression": f"{change} ADD " + ", ".join(f"#{kind} :one" for kind, _ in counters),
        "ConditionExpression": " AND ".join(conditions),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def _tidy(payer: str, item: Item) -> None:
    """Removes the counters of periods long over, many at a time; and settles what was left by the dead."""
    settle_old(payer, item)
    now = time.time()
    old = [name for name in item if "#" in name and not name.startswith("held#") and periods.is_over(name, now)]
    if len(old) < MOST_STALE:
        return
    names = {f"#c{number}": name for number, name in enumerate(old[:100])}
    try:
        aws.dynamodb().update_item(
            TableName=table.name(),
            Key={"id": {"S": payer}},
            UpdateExpression="REMOVE " + ", ".join(names),
            ConditionExpression="attribute_exists(id)",
            ExpressionAttributeNames=names,
        )
    except Exception as error:
        logger.warning("old counters not removed", extra={"reason": type(error).__name__})


@dataclass(frozen=True)
class Use:
    """How much is used of what one limit counts."""

    kind: str
    limit: int
    """0 where there is none."""
    used: int
    period: Period | None

    @property
    def left(self) -> int:
        return max(0, self.limit - self.used)

    def resets_in(self, now: float) -> int:
        """Whole seconds until the period's end; of what is running nobody knows when it ends."""
        return max(1, math.ceil(self.period.ends - now)) if self.period else SOON


def uses(payer: str, item: Item, limits: Mapping[str, int], when: float, *, batch: bool = False) -> list[Use]:
    """What is counted of a payer, the shortest period first: how much is used at that moment, and the limit."""
    found = []
    for kind, period in Picture("", (payer,), when, batch).counters(payer):
        own = item.get("at_once" if kind == "running" else kind) if payer.startswith("key#") else None
        known = [number for number in (int(own["N"]) if own else 0, limits.get(kind, 0)) if number]
        counted = item.get(period.counter if period else kind)
        used = max(0, int(counted["N"])) if counted else 0
        found.append(Use(kind, min(known, default=0), used, period))
    return found


def headers(found: list[Use], now: float) -> dict[str, str]:
    """`RateLimit-Policy` and `RateLimit`, as draft-ietf-httpapi-ratelimit-headers-10 has them."""
    limited = [use for use in found if use.limit]
    if not limited:
        return {}
    policies, left = [], []
    for use in limited:
        policies.append(f'"{use.kind}";q={use.limit};' + (f"w={use.period.seconds}" if use.period else CONCURRENT))
        left.append(f'"{use.kind}";r={use.left}' + (f";t={use.resets_in(now)}" if use.period else ""))
    return {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(left)}


def _refusal(picture: Picture, payer: str, limits: Mapping[str, int], item: Item) -> EaselError:
    """The error of a picture that was not counted, from the item as it was at that moment."""
    now = time.time()
    if payer.startswith("key#"):
        if "name" not in item:
            return keys.unknown()
        try:
            Key.from_item(item).check(now)
        except AccessRefused as error:
            return error
    found = uses(payer, item, limits, picture.when, batch=picture.batch)
    full = max((use for use in found if use.limit and not use.left), key=lambda use: use.resets_in(now), default=None)
    if not full:
        return InternalError("Easel could not count the picture; nothing was generated; try again")
    kind = BudgetSpent if full.kind in ("day", "month") else RateLimited
    refusal = kind(_told(payer, item, full), retry_after=full.resets_in(now))
    refusal.headers = headers(found, now)
    return refusal


def _told(payer: str, item: Item, full: Use) -> str:
    who = {
        "key": f"the key {item.get('name', {}).get('S', '')!r}",
        EVERYBODY: "this deployment",
    }.get(payer.partition("#")[0], "your address")
    if not full.period:
        return f"{who} has {full.limit} calls running, as many as it may; try again when one of them has ended"
    what = "calls" if full.kind == "minute" else "pictures"
    then = periods.as_text(full.period.ends)
    return f"{who} may have {full.limit} {what} a {full.kind}, and has had them; it may have more from {then}"
