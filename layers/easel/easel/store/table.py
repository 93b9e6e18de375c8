"""The job table: reads, conditional writes, attribute values, and translation of DynamoDB's errors.

If the response of a write is lost, the AWS client repeats the write, and its condition fails. So `put` adds a random
attribute `writer` to the item, which shows whether this call wrote it.
"""

from __future__ import annotations

import json
import random
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import repeat
from typing import Any

from easel.common import aws
from easel.common.telemetry import logger
from easel.errors import InternalError, RateLimited
from easel.settings import settings

Attribute = Mapping[str, Any]
"""A value with its DynamoDB type, such as `{"S": "text"}`."""
Item = Mapping[str, Any]
"""An item of the table: attributes by name."""

BATCH_SIZE = 100
"""Items per `BatchGetItem` call, DynamoDB's maximum."""
PARALLEL_BATCHES = 8
MAX_PAUSE_SECONDS = 2.0
TRANSACTION_ATTEMPTS = 8
NOTHING_GENERATED = "nothing was generated"
"""The `outcome` of an error raised before a provider was called."""


def name() -> str:
    """Return the table's name, for DynamoDB calls that this module does not wrap."""
    return settings().jobs_table


def number(value: float) -> Attribute:
    """Return a number as an attribute, with three decimal places."""
    return {"N": f"{value:.3f}"}


def json_text(fields: Mapping[str, Any], *names: str) -> str:
    """Return the named fields, or all fields, as compact JSON."""
    chosen = {field: fields[field] for field in names if field in fields} if names else fields
    return json.dumps(chosen, ensure_ascii=False, separators=(",", ":"))


def get(item_id: str) -> Item | None:
    """Return the item by a consistent read, or None if it does not exist."""
    return aws.dynamodb().get_item(TableName=name(), Key={"id": {"S": item_id}}, ConsistentRead=True).get("Item")


def get_many(ids: Sequence[str], *attributes: str) -> Iterator[Item]:
    """Yield the existing items with those ids by consistent reads, in any order.

    With `attributes`, an item has only those of them that it has. None of them may be a reserved word of DynamoDB.
    """
    if len(ids) <= BATCH_SIZE:
        yield from _get_batch(ids, attributes) if ids else ()
        return
    batches = [ids[start : start + BATCH_SIZE] for start in range(0, len(ids), BATCH_SIZE)]
    with ThreadPoolExecutor(PARALLEL_BATCHES) as pool:
        for items in pool.map(_get_batch, batches, repeat(attributes)):
            yield from items


def _get_batch(ids: Sequence[str], attributes: Sequence[str]) -> list[Item]:
    """Call `BatchGetItem`, and repeat it for the keys that DynamoDB left unprocessed."""
    client, pause = aws.dynamodb(), 0.05
    items: list[Item] = []
    request: dict[str, Any] = {"Keys": [{"id": {"S": item_id}} for item_id in ids], "ConsistentRead": True}
    if attributes:
        request["ProjectionExpression"] = ",".join(attributes)
    pending: Any = {name(): request}
    while pending:
        response = client.batch_get_item(RequestItems=pending)
        items += response["Responses"].get(name(), ())
        if pending := response.get("UnprocessedKeys"):
            time.sleep(pause)
            pause = min(2 * pause, MAX_PAUSE_SECONDS)
    return items


def put(
    item: Mapping[str, Attribute],
    condition: str,
    *,
    names: Mapping[str, str] | None = None,
    values: Mapping[str, Attribute] | None = None,
) -> bool:
    """Put an item if the condition holds.

    Args:
        item: the item, without `writer`.
        condition: DynamoDB's `ConditionExpression`.
        names: attribute names for the condition's `#placeholders`.
        values: values for the condition's `:placeholders`.

    Returns:
        True if this call wrote the item, even in an attempt whose response was lost. False if the condition failed.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    client, writer = aws.dynamodb(), {"S": secrets.token_hex(8)}
    request = _conditional({"Item": {**item, "writer": writer}}, condition, names, values)
    try:
        client.put_item(**request, ReturnValuesOnConditionCheckFailure="ALL_OLD")
    except client.exceptions.ConditionalCheckFailedException as error:
        stored: Any = error.response.get("Item")
        return bool(stored and stored.get("writer") == writer)
    except (BotoCoreError, ClientError):  # no attempt got a response: the item may be written
        stored = get(item["id"]["S"])
        if not stored or stored.get("writer") != writer:
            raise
    return True


def replace(item: Mapping[str, Attribute]) -> None:
    """Put an item unconditionally."""
    aws.dynamodb().put_item(TableName=name(), Item=item)


def update(
    item_id: str,
    expression: str,
    *,
    condition: str,
    names: Mapping[str, str] | None = None,
    values: Mapping[str, Attribute] | None = None,
) -> bool:
    """Update an item if the condition holds. Return False if it does not. Arguments as for `put`."""
    client = aws.dynamodb()
    request = _conditional({"Key": {"id": {"S": item_id}}, "UpdateExpression": expression}, condition, names, values)
    try:
        client.update_item(**request)
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def transact(writes: Sequence[Mapping[str, Any]]) -> bool:
    """Run a transaction. Return False if a condition does not hold. Retry it if it conflicts with another one."""
    client = aws.dynamodb()
    for attempt in range(1, TRANSACTION_ATTEMPTS + 1):
        try:
            client.transact_write_items(TransactItems=writes)  # type: ignore[arg-type]
        except client.exceptions.TransactionCanceledException as error:
            reasons = [str(reason.get("Code")) for reason in error.response.get("CancellationReasons", [])]
            if "ConditionalCheckFailed" in reasons:
                return False
            if attempt == TRANSACTION_ATTEMPTS or set(reasons) - {"None", "TransactionConflict"}:
                raise
            time.sleep(random.uniform(0, 0.02 * 2**attempt))  # the other transaction takes milliseconds
        else:
            return True
    raise AssertionError("the last attempt returns or raises")


def _conditional(
    write: dict[str, Any],
    condition: str,
    names: Mapping[str, str] | None,
    values: Mapping[str, Attribute] | None,
) -> dict[str, Any]:
    """Return the arguments of a conditional write, without empty maps of placeholders, which DynamoDB rejects."""
    request = {"TableName": name(), **write, "ConditionExpression": condition}
    if names:
        request["ExpressionAttributeNames"] = names
    if values:
        request["ExpressionAttributeValues"] = values
    return request


@contextmanager
def translated_errors(outcome: str) -> Iterator[None]:
    """Translate DynamoDB's errors to Easel's.

    Args:
        outcome: the last part of the error text, which says what has or has not happened.

    Raises:
        RateLimited: DynamoDB throttled the call.
        InternalError: DynamoDB refused the call or could not be reached.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if "Throttl" in code or "LimitExceeded" in code or "ThroughputExceeded" in code:
            text = f"Easel's job table gets too many requests at present; {outcome}; try again"
            raise RateLimited(text, retry_after=2) from error
        raise _internal_error(f"Easel's job table refused ({code})", outcome) from error
    except BotoCoreError as error:
        logger.warning("DynamoDB could not be reached", extra={"reason": type(error).__name__})
        raise _internal_error("Easel's job table could not be reached", outcome) from error


def _internal_error(text: str, outcome: str) -> InternalError:
    error = InternalError(f"{text}; {outcome}")
    error.drawn = outcome != NOTHING_GENERATED
    return error
