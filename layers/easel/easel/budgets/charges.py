"""Count each picture exactly once at each payer, by one conditional write to the payer's counters.

A picture is counted before its provider is called. The count is refunded if no picture was generated. A payer's item
holds

- a counter for each minute, day and month. Its name includes the period, so each period starts at zero;
- `running`: the number of calls in progress;
- a mark `held#{job}` for each picture in progress. Its value is the time of the count.

One write both checks the limits and counts. DynamoDB orders such writes, so exactly 50 of 200 concurrent calls pass a
limit of 50. The limits come from settings. The additional limits of an Easel key are read first, from an item that no
function may write.

The mark makes counting and settling idempotent, since botocore repeats a write after a lost response. If a function
dies, its mark remains. A later call settles it after the longest time that a job can take.

A repeated write may arrive after the picture is settled. So a picture that took several writes gets a second mark,
`counted#{job}`. It makes a late write fail.
"""

from __future__ import annotations

import time
from typing import Any, NamedTuple

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

MAX_JOB_SECONDS = jobs.ALLOWED_SECONDS + 60
"""Seconds after which a counted job has ended, or its function has died."""
MAX_OLD_COUNTERS = 20
"""Number of past periods' counters in an item at which they are removed."""
MAX_REMOVED = 100
"""Maximum number of counters that one write removes."""
MAX_SETTLED = 10
"""Maximum number of abandoned charges that one call settles."""
_MARK = "held#"
_COUNTED = "counted#"
LATE_SECONDS = 3600
"""Seconds in which a repeated write may arrive. AWS rejects requests that were signed more than 15 minutes ago."""


class Charge(NamedTuple):
    """One picture, counted at each of its payers."""

    job_id: str
    payers: tuple[Payer, ...]
    when: float
    """The time that determines the periods, in seconds since the epoch."""
    batch: bool = False

    @property
    def mark(self) -> str:
        """Attribute of a payer's item while this picture is counted and not settled."""
        return f"{_MARK}{self.job_id}"

    @property
    def counted(self) -> str:
        """Attribute that remains after the mark is removed, so that a late write cannot count the picture again."""
        return f"{_COUNTED}{self.job_id}"

    def counters(self, payer: Payer) -> list[Counter]:
        """Return the payer's counters that this picture increases."""
        return limits.counters(payer, self.when, batch=self.batch)


def reserve(charge: Charge, payer: Payer) -> tuple[Charge, Item]:
    """Count a picture at one payer if its limits allow it.

    Returns:
        The charge, with the time of the first count if the picture was counted before; and the payer's counters after
        the write, with the permissions and limits of an Easel key.

    Raises:
        AccessRefused: the payer is an Easel key that is unknown, revoked or expired.
        BudgetSpent: the limit of the day or the month is reached.
        RateLimited: the limit of the minute is reached, or too many calls are in progress.
        InternalError: the table does not respond. The picture is not counted, or a later call refunds it.
    """
    from botocore.exceptions import BotoCoreError

    key = _valid_key(payer)
    client, write = aws.dynamodb(), _reservation(charge, payer, key)
    with table.translated_errors(table.NOTHING_GENERATED):
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
                    and (_copy_earlier_counters(payer, key, item) or settle_abandoned(payer, item))
                ):
                    continue
            except BotoCoreError:  # no response: the picture may be counted
                settle(charge, payer, drawn=False)
                raise
            break
    if charge.mark not in item:
        raise _refusal(charge, payer, {**item, **keys.limits_of(key)})
    if response["ResponseMetadata"].get("RetryAttempts"):
        _refuse_late_writes(charge, payer)
    settle_abandoned(payer, item)
    _remove_old_counters(payer, item)
    return charge._replace(when=float(item[charge.mark]["N"])), {**item, **keys.limits_of(key)}


def _refuse_late_writes(charge: Charge, payer: Payer) -> None:
    """Set the second mark of a picture, because its write was sent several times."""
    try:
        table.update(
            payer.counters_id,
            "SET #counted = :when",
            condition="attribute_exists(id)",
            names={"#counted": charge.counted},
            values={":when": table.number(charge.when)},
        )
    except Exception as error:
        logger.warning("mark against late writes not written", extra={"reason": type(error).__name__})


def _valid_key(payer: Payer) -> Item:
    """Return the item of the payer's Easel key, or {} for other payers. Raise `AccessRefused` for an invalid key."""
    if payer.kind is not PayerKind.KEY:
        return {}
    item = keys.read_item(payer.id)
    Key.from_item(item).check(time.time())
    return item


def _copy_earlier_counters(payer: Payer, key: Item, counters: Item) -> bool:
    """Copy counters that an earlier version stored in the key's item. Return True if there were any."""
    carried = {} if counters else keys.earlier_counters(key)
    if carried:
        table.put({"id": {"S": payer.counters_id}, **carried}, "attribute_not_exists(id)")
    return bool(carried)


def settle(charge: Charge, payer: Payer, *, drawn: bool) -> None:
    """Settle a charge at one payer: remove its mark, and refund the picture if nothing was generated.

    A second call does nothing. Errors are only logged, because `settle_abandoned` settles the charge later.
    """
    refunded = [
        counter.attribute
        for counter in charge.counters(payer)
        if counter.kind == "running" or (counter.kind != "minute" and not drawn)
    ]
    names = {f"#c{number}": name for number, name in enumerate(refunded)}
    added = " ADD " + ", ".join(f"{name} :back" for name in names) if names else ""
    values: dict[str, Any] = {":back": {"N": "-1"}} if added else {}
    if not drawn:  # a late repeat of this write must not refund a later attempt of the same job
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
        logger.warning("charge not settled yet", extra={"job": charge.job_id, "reason": type(error).__name__})


def settle_abandoned(payer: Payer, item: Item) -> bool:
    """Settle charges left by dead functions. Return True if there were any."""
    now = time.time()
    abandoned = {
        name.removeprefix(_MARK): when
        for name, value in item.items()
        if name.startswith(_MARK) and (when := float(value["N"])) + MAX_JOB_SECONDS < now
    }
    for job_id, when in list(abandoned.items())[:MAX_SETTLED]:
        drawn, batch = _outcome(job_id)
        settle(Charge(job_id, (payer,), when, batch), payer, drawn=drawn)
    return bool(abandoned)


def _outcome(job_id: str) -> tuple[bool, bool]:
    """Return whether the job's picture may have been generated, and whether the job belongs to a batch."""
    try:
        job = jobs.get(job_id)
    except NotFound:
        # A job is stored before work on it starts, so this one did not start. Ids of batches' jobs begin with `b`.
        return False, job_id.startswith("b")
    started = job.started is not None or job.attempts > 0
    if job.status == "failed":
        return started and jobs.may_be_drawn(job), bool(job.batch)
    return started and job.status != "queued", bool(job.batch)


def _reservation(charge: Charge, payer: Payer, key: Item) -> dict[str, Any]:
    """Return the arguments of the write that counts the picture. Its condition contains the limits.

    `key` is the item of the payer's Easel key, or {}.
    """
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
    """Remove counters of past periods and old second marks, if there are many."""
    now = time.time()
    late = [name for name in item if name.startswith(_COUNTED) and float(item[name]["N"]) + LATE_SECONDS < now]
    old = late + [name for name in item if "#" in name and periods.is_over(name, now)]
    if len(old) < MAX_OLD_COUNTERS:
        return
    names = {f"#c{number}": name for number, name in enumerate(old[:MAX_REMOVED])}
    expression = "REMOVE " + ", ".join(names)
    try:
        table.update(payer.counters_id, expression, condition="attribute_exists(id)", names=names)
    except Exception as error:
        logger.warning("old counters not removed", extra={"reason": type(error).__name__})


def _refusal(charge: Charge, payer: Payer, item: Item) -> EaselError:
    """Return the error for a picture that was not counted. `item` is the payer's item at the failed write."""
    now = time.time()
    uses = usage.uses(payer, item, charge.when, batch=charge.batch)
    used_up = [use for use in uses if use.limit and not use.left]
    if not used_up:
        return InternalError("Easel could not count the picture and generated nothing; try again")
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
        return f"{payer_name} has reached its limit of {use.limit} simultaneous calls; try again when one has ended"
    what = "calls" if use.kind == "minute" else "pictures"
    then = periods.as_text(use.period.ends)
    return (
        f"{payer_name} has reached its limit of {use.limit} {what} a {use.kind}; the next {use.kind} begins at {then}"
    )
