"""Counting pictures exactly: one conditional write to the payer's counters for each picture and payer.

A picture is counted before its provider is called, and the count is undone if no picture was made. The item with a
payer's counters holds

- a counter for each minute, day and month. Its name includes the period, so each period starts at zero;
- `running`: the number of calls whose picture is being made;
- for each of those pictures a mark, `held#{job}`: the moment at which it was counted.

One write checks the limits and counts, and DynamoDB puts such writes in an order: of 200 calls with room for 50 exactly
50 pass. The limits are settings; those of an Easel key are read before, from an item that no function may write.

The mark makes counting and settling idempotent: a write is repeated if its answer was lost, and a call may die at any
point. A mark that is left behind is settled by a later call, once its job must be over.

A write whose answer was lost may take effect after the picture is settled. So a picture that took several writes leaves
a second mark, `counted#{job}`, against which such a late write counts nothing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

from easel.budgets import keys, limits, periods, usage
from easel.budgets.keys import Key
from easel.budgets.limits import RULES, Counter
from easel.budgets.usage import Usage
from easel.common import aws
from easel.common.telemetry import logger
from easel.errors import BudgetSpent, EaselError, InternalError, NotFound, RateLimited
from easel.store import jobs, table
from easel.store.payer import Payer, PayerKind
from easel.store.table import Item

HELD_SECONDS = jobs.ALLOWED_SECONDS + 60
"""Seconds after which a counted job has ended, even if its function died."""
MAX_OLD_COUNTERS = 20
"""Counters of past periods that an item may hold before they are removed."""
REMOVED_AT_ONCE = 100
SETTLED_AT_ONCE = 10
_MARK = "held#"
_COUNTED = "counted#"
LATE_SECONDS = 3600
"""Seconds in which a write may still arrive; AWS takes no request with a signature of more than 15 minutes ago."""


@dataclass(frozen=True)
class Charge:
    """One picture, counted at each of its payers."""

    job_id: str
    payers: tuple[Payer, ...]
    when: float
    """The moment that decides in which periods it counts."""
    batch: bool = False

    @property
    def mark(self) -> str:
        """The attribute of a payer's item that says that this picture is counted and not settled."""
        return f"{_MARK}{self.job_id}"

    @property
    def counted(self) -> str:
        """The attribute that outlives the mark, where a late write could count the picture again."""
        return f"{_COUNTED}{self.job_id}"

    def counters(self, payer: Payer) -> list[Counter]:
        return limits.counters(payer, self.when, batch=self.batch)


def reserve(charge: Charge, payer: Payer) -> tuple[Charge, Item]:
    """Count a picture at one payer, if there is room.

    Returns:
        The charge as it was first counted, if this is a repeat, and the payer's counters after the write; of a key also
        what it allows.

    Raises:
        AccessRefused: the payer is an Easel key that is unknown, revoked or expired.
        BudgetSpent: the pictures of the day or the month are used up.
        RateLimited: the calls of the minute are used up, or too many are running.
        InternalError: the table does not answer. Nothing is counted then, or it is given back later.
    """
    from botocore.exceptions import BotoCoreError

    key = _valid_key(payer)
    client, write = aws.dynamodb(), _reservation(charge, payer, key)
    with table.translated_errors(table.NOTHING):
        for last in (False, True):
            try:
                response: Any = client.update_item(**write, ReturnValues="ALL_NEW")
                item: Item = response["Attributes"]
            except client.exceptions.ConditionalCheckFailedException as error:
                response = error.response
                item = response.get("Item") or {}
                if (
                    not last
                    and charge.mark not in item
                    and (_carry_over(payer, key, item) or settle_abandoned(payer, item))
                ):
                    continue
            except BotoCoreError:  # no try got an answer: it may be counted
                settle(charge, payer, drawn=False)
                raise
            break
    if charge.mark not in item:
        raise _refusal(charge, payer, {**item, **keys.limits_of(key)})
    if response["ResponseMetadata"].get("RetryAttempts"):
        _refuse_late_writes(charge, payer)
    settle_abandoned(payer, item)
    _remove_old_counters(payer, item)
    return replace(charge, when=float(item[charge.mark]["N"])), {**item, **keys.limits_of(key)}


def _refuse_late_writes(charge: Charge, payer: Payer) -> None:
    """Leave the second mark of a picture whose write was sent several times."""
    try:
        table.update(
            payer.counters_id,
            "SET #counted = :when",
            condition="attribute_exists(id)",
            names={"#counted": charge.counted},
            values={":when": table.number(charge.when)},
        )
    except Exception as error:
        logger.warning("a late write may count a picture again", extra={"reason": type(error).__name__})


def _valid_key(payer: Payer) -> Item:
    """Return the item of the payer's Easel key, or {} for other payers. Raise `AccessRefused` for an invalid key."""
    if payer.kind is not PayerKind.KEY:
        return {}
    item = keys.read_item(payer.id)
    Key.from_item(item).check(time.time())
    return item


def _carry_over(payer: Payer, key: Item, counters: Item) -> bool:
    """Begin a key's counters with those that an earlier version kept in the key's item. Return True if it must."""
    carried = {} if counters else keys.earlier_counters(key)
    if carried:
        table.put({"id": {"S": payer.counters_id}, **carried}, "attribute_not_exists(id)")
    return bool(carried)


def settle(charge: Charge, payer: Payer, *, drawn: bool) -> None:
    """End a charge at one payer: remove its mark, and give the picture back if nothing was drawn.

    A second call does nothing. Errors are logged only: a later call settles the charge, see `settle_abandoned`.
    """
    refunded = [
        counter.attribute
        for counter in charge.counters(payer)
        if counter.kind == "running" or (counter.kind != "minute" and not drawn)
    ]
    names = {f"#c{number}": name for number, name in enumerate(refunded)}
    added = " ADD " + ", ".join(f"{name} :back" for name in names) if names else ""
    values: dict[str, Any] = {":back": {"N": "-1"}} if added else {}
    if not drawn:  # a late repeat of this write must give back no later try of the same job
        values[":when"] = table.number(charge.when)
    try:
        table.update(
            payer.counters_id,
            f"REMOVE #mark{added}",
            condition="attribute_exists(#mark)" if drawn else "#mark = :when",
            names={"#mark": charge.mark, **names},
            values=values or None,
        )
    except Exception as error:
        logger.warning("a picture is not settled yet", extra={"job": charge.job_id, "reason": type(error).__name__})


def settle_abandoned(payer: Payer, item: Item) -> bool:
    """Settle charges whose function died before it did. Return True if there were any."""
    now = time.time()
    abandoned = {
        name.removeprefix(_MARK): when
        for name, value in item.items()
        if name.startswith(_MARK) and (when := float(value["N"])) + HELD_SECONDS < now
    }
    for job_id, when in list(abandoned.items())[:SETTLED_AT_ONCE]:
        drawn, batch = _outcome(job_id)
        settle(Charge(job_id, (payer,), when, batch), payer, drawn=drawn)
    return bool(abandoned)


def _outcome(job_id: str) -> tuple[bool, bool]:
    """Return whether a job's picture may have been drawn, and whether the job is a batch's."""
    try:
        job = jobs.get(job_id)
    except NotFound:
        return False, job_id.startswith("b")  # whoever begins a job has stored it by then
    begun = job.started is not None or job.attempts > 0
    if job.status == "failed":
        return begun and jobs.may_be_drawn(job), bool(job.batch)
    return begun and job.status != "queued", bool(job.batch)


def _reservation(charge: Charge, payer: Payer, key: Item) -> dict[str, Any]:
    """Return the write that counts. Its condition holds the payer's limits; `key` is the item of its Easel key."""
    counters = charge.counters(payer)
    names = {"#mark": charge.mark, "#counted": charge.counted}
    names |= {f"#{counter.kind}": counter.attribute for counter in counters}
    values: dict[str, Any] = {":one": {"N": "1"}, ":when": table.number(charge.when)}
    not_counted = "(attribute_not_exists(#counted) OR #counted <> :when)"
    conditions, change = ["attribute_not_exists(#mark)", not_counted], "SET #mark = :when"
    for use in usage.uses(payer, key, charge.when, batch=charge.batch):
        if use.limit:
            values[f":{use.kind}"] = {"N": str(use.limit)}
            conditions.append(f"(attribute_not_exists(#{use.kind}) OR #{use.kind} < :{use.kind})")
    if keys.earlier_counters(key):
        conditions.append("attribute_exists(id)")
    if RULES[payer.kind].item_expires:
        names["#expires"] = "expires"
        values[":expires"] = {"N": str(int(charge.when) + 3 * periods.DAY)}
        change += ", #expires = :expires"
    return {
        "TableName": table.name(),
        "Key": {"id": {"S": payer.counters_id}},
        "UpdateExpression": f"{change} ADD " + ", ".join(f"#{counter.kind} :one" for counter in counters),
        "ConditionExpression": " AND ".join(conditions),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def _remove_old_counters(payer: Payer, item: Item) -> None:
    """Remove the counters of past periods, many at a time."""
    now = time.time()
    late = [name for name in item if name.startswith(_COUNTED) and float(item[name]["N"]) + LATE_SECONDS < now]
    old = late + [name for name in item if "#" in name and periods.is_over(name, now)]
    if len(old) < MAX_OLD_COUNTERS:
        return
    names = {f"#c{number}": name for number, name in enumerate(old[:REMOVED_AT_ONCE])}
    expression = "REMOVE " + ", ".join(names)
    try:
        table.update(payer.counters_id, expression, condition="attribute_exists(id)", names=names)
    except Exception as error:
        logger.warning("old counters not removed", extra={"reason": type(error).__name__})


def _refusal(charge: Charge, payer: Payer, item: Item) -> EaselError:
    """Return the error for a picture that was not counted, from the payer's item at that moment."""
    now = time.time()
    uses = usage.uses(payer, item, charge.when, batch=charge.batch)
    used_up = [use for use in uses if use.limit and not use.left]
    if not used_up:
        return InternalError("Easel could not count the picture; nothing was generated; try again")
    longest = max(used_up, key=lambda use: use.resets_in(now))
    error_class = BudgetSpent if longest.kind in ("day", "month") else RateLimited
    refusal = error_class(_limit_text(payer, item, longest), retry_after=longest.resets_in(now))
    refusal.headers = usage.headers(uses, now)
    return refusal


def _limit_text(payer: Payer, item: Item, use: Usage) -> str:
    payer_name = {
        PayerKind.KEY: f"the key {item.get('name', {}).get('S', '')!r}",
        PayerKind.DEPLOYMENT: "this deployment",
    }.get(payer.kind, "your address")
    if not use.period:
        return f"{payer_name} has {use.limit} calls running, as many as it may; try again when one of them has ended"
    what = "calls" if use.kind == "minute" else "pictures"
    then = periods.as_text(use.period.ends)
    return f"{payer_name} may have {use.limit} {what} a {use.kind}, and has had them; it may have more from {then}"
