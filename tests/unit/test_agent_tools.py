"""The tools of `/mcp` as clients see them. Their schemas match those of the API."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from agent_tools import TOOLS, ToolCall
from easel.catalog.requests import GenerateBody

if TYPE_CHECKING:
    from router_api import RouterApi

FIELDS = set(GenerateBody.model_json_schema()["properties"]) - {"responseFormat"}


def properties(tool: str) -> dict[str, Any]:
    found: dict[str, Any] = TOOLS[tool].definition.input_schema["properties"]
    return found


def test_generate_has_the_fields_of_the_api() -> None:
    assert set(properties("generate_image")) == FIELDS - {"image"} | {"idempotencyKey"}
    assert set(properties("edit_image")) == FIELDS | {"idempotencyKey"}
    assert TOOLS["edit_image"].definition.input_schema["required"] == ["prompt", "image", "model"]


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_has_plain_schemas_and_a_description(tool: str) -> None:
    definition = TOOLS[tool].definition
    assert definition.description
    assert definition.title
    assert "null" not in str(definition.input_schema)
    assert definition.output_schema
    assert definition.output_schema["type"] == "object"
    for name, rules in properties(tool).items():
        assert rules.get("type") or rules.get("anyOf"), name


def test_hints_mark_read_only_and_idempotent_tools() -> None:
    hints = {name: entry.definition.annotations for name, entry in TOOLS.items()}
    reading = {name for name, each in hints.items() if each and each.read_only_hint}
    assert reading == {"list_models", "get_job", "get_batch"}
    assert {name for name, each in hints.items() if each and each.idempotent_hint} == {*reading, "start_batch"}
    assert not any(each.destructive_hint for each in hints.values() if each)


@pytest.mark.parametrize(
    ("arguments", "message_id", "key"),
    [
        ({}, "0b8c5a9e-3f21-4c7d-9a60-5d2b8e714f03", "0b8c5a9e-3f21-4c7d-9a60-5d2b8e714f03"),
        ({}, 17, "the request"),
        ({}, "request-0000000000000017", "the request"),
        ({"idempotencyKey": "mine"}, "0b8c5a9e-3f21-4c7d-9a60-5d2b8e714f03", "mine"),
    ],
)
def test_only_uuids_are_unique_message_ids(arguments: dict[str, Any], message_id: Any, key: str) -> None:
    router = cast("RouterApi", SimpleNamespace(request_id="the request"))
    call = ToolCall(arguments, router, message_id, cast("Any", None))
    assert call.idempotency_key == key
