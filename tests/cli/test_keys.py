"""`make key` and the other key commands: what they store, print and refuse."""

from __future__ import annotations

import itertools
import json
import re
import time
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from cli import keys
from easel.budgets import charges
from easel.budgets import keys as layer
from easel.budgets.charges import Charge
from easel.errors import AccessRefused
from easel.store.payer import Payer
from local.errors import LocalError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.harness.cloud import Cloud

numbers = itertools.count(1)
pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture
def name() -> str:
    return f"alice-{next(numbers)}"


@pytest.fixture(autouse=True)
def _reached(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use the test's table. Other tests cover how a stack's table is found."""
    monkeypatch.setattr(keys, "connect", lambda environment: None)


def made(name: str, **fields: str) -> str:
    return keys.main("make", {"NAME": name, **fields})[0]


@pytest.mark.parametrize("models", ["gitee/nope", "flux*, huggingfaces/*", "GPT-IMAGE-1"])
def test_an_unknown_model_is_named_and_no_key_is_created(name: str, models: str, cloud: Cloud) -> None:
    wrong = models.rpartition(", ")[2]
    with pytest.raises(LocalError, match=re.escape(f"MODELS: {wrong!r} does not match any model")):
        made(name, MODELS=models)


def test_a_key_is_shown_once_and_stored_as_a_hash(name: str, cloud: Cloud) -> None:
    text = made(name, DAY="100", MINUTE="5", MODELS="Gitee AI/*, flux*", BATCHES="1", UNTIL="2126-01-31")
    key = layer.get(layer.id_of(text))
    assert (key.name, key.day, key.month, key.minute, key.batches) == (name, 100, None, 5, True)
    assert key.models == ("gitee/*", "flux*")
    assert key.until is not None
    assert text not in json.dumps(cloud.items())
    assert text not in "\n".join(keys.main("list", {}))


def test_a_name_is_unique_until_its_key_is_revoked(name: str) -> None:
    made(name)
    with pytest.raises(LocalError, match=r"a key named .* exists already"):
        made(name)
    assert keys.main("revoke", {"NAME": name}) == [f"{name}: revoked"]
    made(name)


def test_a_revoked_key_is_refused_at_once(name: str) -> None:
    text = made(name)
    keys.main("revoke", {"NAME": name})
    with pytest.raises(AccessRefused, match="was revoked"):
        layer.get(layer.id_of(text))


def test_an_edit_changes_only_its_fields_and_keeps_counters(name: str) -> None:
    text = made(name, DAY="2", MONTH="9", UNTIL="2126-01-31")
    payer = Payer.of_key(layer.id_of(text))
    charges.reserve(Charge("one", (payer,), time.time()), payer)
    keys.main("edit", {"NAME": name, "DAY": "3", "MONTH": "none", "UNTIL": "none", "BATCHES": "yes"})
    key = layer.get(layer.id_of(text))
    assert (key.day, key.month, key.until, key.batches, key.name) == (3, None, None, True, name)
    (counted,) = layer.with_counters([layer.read_item(key.id)])
    assert counted["running"] == {"N": "1"}
    with pytest.raises(LocalError, match="nothing to change"):
        keys.main("edit", {"NAME": name, "DAY": "3"})


def test_the_list_shows_the_use(name: str) -> None:
    text = made(name, DAY="7")
    payer = Payer.of_key(layer.id_of(text))
    charges.reserve(Charge("one", (payer,), time.time()), payer)
    header, *rows = keys.main("list", {})
    (row,) = [row for row in rows if row.startswith(f"{name} ")]
    assert header.split()[:3] == ["NAME", "TODAY", "MONTH"]
    assert row.split()[2] == "1/-"
    assert row.split()[1] == "1/7"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"DAY": "0"}, "DAY is '0'"),
        ({"MONTH": "many"}, "MONTH is 'many'"),
        ({"AT_ONCE": "-1"}, "AT_ONCE is '-1'"),
        ({"UNTIL": "tomorrow"}, "UNTIL is 'tomorrow'"),
        ({"NAME": ""}, "NAME must be the name of the key's owner"),
        ({"NAME": "x" * 61}, "NAME must be the name of the key's owner"),
    ],
)
def test_an_invalid_limit_is_reported(fields: dict[str, str], words: str, name: str) -> None:
    with pytest.raises(LocalError, match=words):
        keys.main("make", {"NAME": name, **fields})


def test_an_unknown_name_is_reported_with_the_known_ones(name: str) -> None:
    made(name)
    with pytest.raises(LocalError, match=f"there is no key 'nobody'; the keys are: .*{name}"):
        keys.main("revoke", {"NAME": "nobody"})


def test_the_running_local_stack_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    state = tmp_path / "state.json"
    monkeypatch.setattr(keys, "STATE", state)
    with pytest.raises(LocalError, match="start `make run` first"):
        keys.connect({})
    state.write_text(
        json.dumps(
            {"awsUrl": "http://127.0.0.1:1", "stack": "easel", "outputs": {"JobsTable": "jobs", "ImagesBucket": "b"}}
        )
    )
    environment: dict[str, str] = {}
    keys.connect(environment)
    assert (environment["JOBS_TABLE"], environment["AWS_ENDPOINT_URL"]) == ("jobs", "http://127.0.0.1:1")
    assert environment["PARAMETERS_PATH"] == "/easel"


def test_a_deployed_stack_is_found_with_its_time_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()

    class Session:
        def client(self, service: str) -> Any:
            assert service == "cloudformation"
            return self

        def describe_stacks(self, StackName: str) -> Any:
            stack = {
                "Outputs": [
                    {"OutputKey": "JobsTable", "OutputValue": f"{StackName}-jobs"},
                    {"OutputKey": "ImagesBucket", "OutputValue": f"{StackName}-images"},
                ],
                "Parameters": [{"ParameterKey": "TimeZone", "ParameterValue": "Asia/Shanghai"}],
            }
            return {"Stacks": [stack]}

    monkeypatch.setattr(boto3, "Session", Session)
    environment = {"STACK": "prod"}
    keys.connect(environment)
    assert environment == {
        "STACK": "prod",
        "JOBS_TABLE": "prod-jobs",
        "IMAGES_BUCKET": "prod-images",
        "PARAMETERS_PATH": "/prod",
        "FUNCTION_PREFIX": "prod-",
        "TIME_ZONE": "Asia/Shanghai",
    }


def test_keys_of_a_retained_table_are_copied_once(name: str, cloud: Cloud) -> None:
    text = made(name, DAY="7")
    payer = Payer.of_key(layer.id_of(text))
    charges.reserve(Charge("one", (payer,), time.time()), payer)
    client, here, there = cloud.client("dynamodb"), cloud.environment["JOBS_TABLE"], f"{name.replace(' ', '-')}-stayed"
    schema = client.describe_table(TableName=here)["Table"]
    kept = {field: schema[field] for field in ("KeySchema", "AttributeDefinitions")}
    index = [
        {key: each[key] for key in ("IndexName", "KeySchema", "Projection")}
        for each in schema["GlobalSecondaryIndexes"]
    ]
    client.create_table(TableName=there, BillingMode="PAY_PER_REQUEST", GlobalSecondaryIndexes=index, **kept)
    before = {}
    for item_id in (payer.item_id, payer.counters_id):
        place = {"Key": {"id": {"S": item_id}}}
        before[item_id] = client.get_item(TableName=here, **place)["Item"]
        client.put_item(TableName=there, Item=before[item_id])
        client.delete_item(TableName=here, **place)
    assert keys.main("copy", {"FROM": there}) == [f"{name}: copied"]
    assert {
        item_id: client.get_item(TableName=here, Key={"id": {"S": item_id}})["Item"] for item_id in before
    } == before
    assert keys.main("copy", {"FROM": there}) == ["no key to copy"]


@pytest.mark.parametrize(("source", "words"), [("", "FROM must be the name"), ("nowhere-at-all", "there is no table")])
def test_the_table_to_copy_from_must_exist(source: str, words: str, name: str) -> None:
    with pytest.raises(LocalError, match=words):
        keys.main("copy", {"FROM": source})
