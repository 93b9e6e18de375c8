"""`make key`, `keys`, `key-edit`, `key-revoke`, `keys-copy`: manage the Easel keys of a stack.

Environment variables: NAME, and the key's limits: DAY and MONTH (pictures), MINUTE (calls), AT_ONCE (concurrent
calls), MODELS (patterns such as `gitee/*,flux*`), BATCHES (1 or 0), UNTIL (the day on which the key expires, such as
2027-01-31, or an ISO time). `none` removes a limit. STACK is the name of a deployed stack, reached with the owner's AWS
credentials. The default is the local stack.
"""

import json
import os
import sys
import time
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3

from easel import catalog
from easel.budgets import keys, usage
from easel.budgets.keys import Key
from easel.common import aws
from easel.store import table
from easel.store.payer import Payer, PayerKind
from local.aws import CREDENTIALS, REGION
from local.errors import LocalError
from local.terminal import run, visible

STATE = Path(".local/state.json")
NUMBERS = ("DAY", "MONTH", "MINUTE", "AT_ONCE")
NONE = "none"


def connect(environment: MutableMapping[str, str]) -> None:
    """Set the environment variables that the layer reads: table, bucket, names of functions, secrets, time zone."""
    if stack := environment.get("STACK"):
        session = boto3.Session()
        (description,) = session.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        outputs = {each["OutputKey"]: each["OutputValue"] for each in description.get("Outputs", [])}
        chosen = {each["ParameterKey"]: each["ParameterValue"] for each in description.get("Parameters", [])}
        environment.update(JOBS_TABLE=outputs["JobsTable"], IMAGES_BUCKET=outputs["ImagesBucket"])
        environment.update(TIME_ZONE=chosen.get("TimeZone", "UTC"))
        environment.update(PARAMETERS_PATH=f"/{stack}", FUNCTION_PREFIX=f"{stack}-")
        return
    if not STATE.exists():
        raise LocalError("no local stack is running: start `make run` first, or name a deployed stack with STACK=easel")
    state = json.loads(STATE.read_text())
    environment.update(CREDENTIALS, AWS_ENDPOINT_URL=state["awsUrl"], AWS_DEFAULT_REGION=REGION)
    outputs = state["outputs"]
    environment.update(JOBS_TABLE=outputs["JobsTable"], IMAGES_BUCKET=outputs["ImagesBucket"])
    environment.update(PARAMETERS_PATH=f"/{state['stack']}", FUNCTION_PREFIX=f"{state['stack']}-")


def create(environment: Mapping[str, str]) -> str:
    """Store a new key and return its text, which is not stored."""
    name = _name(environment)
    if any(key.name == name and key.revoked is None for key, _ in all_keys()):
        raise LocalError(f"a key named {name!r} exists already: `make key-edit NAME={name} …` changes it")
    text = keys.make()
    key = with_limits(Key(id=keys.id_of(text), name=name, created=time.time()), environment)
    aws.dynamodb().put_item(TableName=table.name(), Item=key.item(), ConditionExpression="attribute_not_exists(id)")
    return text


def edit(environment: Mapping[str, str]) -> Key:
    """Change a key's limits. Its counters do not change."""
    key = key_named(_name(environment))
    after = with_limits(key, environment)
    if after == key:
        raise LocalError("nothing to change: give one of DAY, MONTH, MINUTE, AT_ONCE, MODELS, BATCHES, UNTIL")
    _write(key, after)
    return after


def revoke(environment: Mapping[str, str]) -> Key:
    """Revoke a key. Every later call with it is refused."""
    key = key_named(_name(environment))
    after = key._replace(revoked=time.time())
    _write(key, after)
    return after


def copy(environment: Mapping[str, str]) -> list[str]:
    """Copy the keys of the table FROM with their counters. Existing keys are not changed."""
    source, client = environment.get("FROM") or "", aws.dynamodb()
    if not source:
        raise LocalError(
            "FROM must be the name of the table with the keys: make keys-copy FROM=easel-JobsTable-… STACK=easel"
        )
    chosen = {
        "FilterExpression": "begins_with(id, :key) OR begins_with(id, :use)",
        "ExpressionAttributeValues": {":key": {"S": "key#"}, ":use": {"S": "use#"}},
    }
    copied = []
    try:
        pages = client.get_paginator("scan").paginate(TableName=source, **chosen)  # type: ignore[arg-type]
        for item in (item for page in pages for item in page["Items"]):
            with suppress(client.exceptions.ConditionalCheckFailedException):
                client.put_item(TableName=table.name(), Item=item, ConditionExpression="attribute_not_exists(id)")
                copied += [item["name"]["S"]] if "name" in item else []
    except client.exceptions.ResourceNotFoundException as error:
        raise LocalError(f"there is no table {source!r} in this account and region") from error
    return [f"{name}: copied" for name in copied] or ["no key to copy"]


def all_keys() -> list[tuple[Key, Mapping[str, Any]]]:
    """Return all keys with their items and counters, newest last. The table's index is used, so no job is read."""
    ids = [item_id for item_id in keys.ALL.all_ids() if item_id.startswith(f"{PayerKind.KEY}#")]
    items = keys.with_counters(table.get_many(ids))
    pairs = [(Key.from_item(item), item) for item in items]
    return sorted(pairs, key=lambda pair: pair[0].created)


def key_named(name: str) -> Key:
    """Return the unrevoked key with that name."""
    valid = {key.name: key for key, _ in all_keys() if key.revoked is None}
    if name not in valid:
        raise LocalError(f"there is no key {name!r}; the keys are: {', '.join(valid) or 'none'}")
    return valid[name]


def with_limits(key: Key, environment: Mapping[str, str]) -> Key:
    """Return the key with the limits in the environment."""
    fields: dict[str, Any] = {
        name.lower(): None if environment[name] == NONE else _number(name, environment[name])
        for name in NUMBERS
        if environment.get(name)
    }
    if models := environment.get("MODELS"):
        patterns = tuple(_pattern(one) for one in models.split(",") if one.strip())
        fields["models"] = ("*",) if models == NONE else patterns
    if batches := environment.get("BATCHES"):
        fields["batches"] = batches.lower() not in ("0", "no", "false", "off", NONE)
    if until := environment.get("UNTIL"):
        fields["until"] = None if until == NONE else _time_of(until)
    return key._replace(**fields)


def rows(pairs: list[tuple[Key, Mapping[str, Any]]]) -> list[str]:
    """Return the lines that `make keys` prints: a header, then one line for each key."""
    now = time.time()
    cells: list[tuple[str, ...]] = [("NAME", "TODAY", "MONTH", "A MINUTE", "AT ONCE", "MODELS", "BATCHES", "UNTIL", "")]
    for key, item in pairs:
        used = {use.kind: use for use in usage.uses(Payer.of_key(key.id), item, now)}
        counts = [f"{used[kind].used}/{used[kind].limit or '-'}" for kind in ("day", "month", "minute", "running")]
        until = time.strftime("%Y-%m-%d %H:%M", time.localtime(key.until)) if key.until else "-"
        ended = "revoked" if key.revoked else "expired" if key.until and key.until <= now else ""
        cells.append(
            (visible(key.name), *counts, visible(",".join(key.models)), "yes" if key.batches else "no", until, ended)
        )
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]


def _write(before: Key, after: Key) -> None:
    """Write the key's changed attributes, and remove those of removed limits."""
    had, has = before.item(), after.item()
    names = {f"#n{number}": name for number, name in enumerate(sorted({*had, *has} - {"id"}))}
    values = {f":n{placeholder[2:]}": has[name] for placeholder, name in names.items() if name in has}
    set_ = ", ".join(f"{name} = :n{name[2:]}" for name in names if f":n{name[2:]}" in values)
    gone = ", ".join(name for name in names if f":n{name[2:]}" not in values)
    aws.dynamodb().update_item(
        TableName=table.name(),
        Key={"id": {"S": Payer.of_key(before.id).item_id}},
        UpdateExpression=f"SET {set_}" + (f" REMOVE {gone}" if gone else ""),
        ConditionExpression="attribute_exists(id)",
        ExpressionAttributeNames=names,
        ExpressionAttributeValues=values,
    )


def _name(environment: Mapping[str, str]) -> str:
    name = (environment.get("NAME") or "").strip()
    if not 0 < len(name) <= 60 or not name.isprintable():
        raise LocalError("NAME must be the name of the key's owner, in 1 to 60 characters: make key NAME=alice DAY=100")
    return name


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 10 and int(text)):
        raise LocalError(f"{name} is {text!r}; it must be a whole number from 1, or none")
    return int(text)


def _pattern(text: str) -> str:
    """Return a model pattern with its provider's id in place of an alias, as in `hf/*`."""
    prefix, slash, model = text.strip().partition("/")
    provider = catalog.named(prefix) if slash else None
    pattern = f"{provider.id if provider else prefix}{slash}{model}"
    if not any(Key(id="", name="", created=0, models=(pattern,)).may_use(*each) for each in _models()):
        names = ", ".join(f"{name}/{model}" for name, model in _models())
        raise LocalError(f"MODELS: {text.strip()!r} does not match any model; the models are: {names}")
    return pattern


def _models() -> list[tuple[str, str]]:
    """Return the catalog's models as (provider id, model id)."""
    return [(name, model.id) for name, provider in catalog.providers().items() for model in provider.models]


def _time_of(text: str) -> float:
    try:
        return datetime.fromisoformat(text).astimezone().timestamp()
    except ValueError as error:
        raise LocalError(f"UNTIL is {text!r}; it must be a day such as 2027-01-31, or none") from error


def main(command: str, environment: MutableMapping[str, str]) -> list[str]:
    """Run the command and return the lines to print. A new key is the only line, for `KEY=$(make key NAME=alice)`."""
    connect(environment)
    if command == "make":
        text = create(environment)
        print(
            "The key is not shown again. Send it as Authorization: Bearer ek_…, or in the header X-Easel-Key.",
            file=sys.stderr,
        )
        return [text]
    if command == "list":
        return rows(all_keys())
    if command == "copy":
        return copy(environment)
    key = {"edit": edit, "revoke": revoke}[command](environment)
    return [f"{key.name}: revoked"] if key.revoked else rows([(key, keys.with_counters([keys.read_item(key.id)])[0])])


if __name__ == "__main__":
    run("make key", lambda: main(sys.argv[1], os.environ))
