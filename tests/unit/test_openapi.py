"""`/openapi.json`: it is valid, has every route, and its examples match its schemas."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from openapi_spec_validator import validate

import router
from easel import catalog
from easel.front_door.response_models import ResponseModel
from error_responses import EXAMPLES
from tests.harness import gateway
from tests.harness.openapi_check import Description
from tests.unit.test_errors import CODES, RAISED

KEY_ONLY = ("GET /api/key", "GET /api/quota", "GET /api/usage", "GET /api/jobs")
"""Operations that need an Easel key, besides those on batches and files."""


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    described: dict[str, Any] = json.loads(gateway.call(router.handler, "GET", "/openapi.json").get_data())
    return described


@pytest.fixture(scope="module")
def operations(document: dict[str, Any]) -> dict[str, Any]:
    """Return every operation by `METHOD /path`."""
    paths = document["paths"].items()
    return {f"{method.upper()} {path}": each for path, methods in paths for method, each in methods.items()}


def test_the_document_is_a_valid_description(document: dict[str, Any]) -> None:
    validate(document)
    assert "HTTPValidationError" not in json.dumps(document)  # FastAPI's own


def test_exactly_the_routes_are_described(operations: dict[str, Any]) -> None:
    contexts = [each for each in iter_route_contexts(router.app.routes) if each.include_in_schema]
    routes = {f"{method} {each.path_format}" for each in contexts for method in each.methods or ()}
    assert set(operations) == routes
    assert len(operations) == 48


def test_every_operation_has_its_own_title(operations: dict[str, Any]) -> None:
    """`/docs` shows the titles next to the paths. FastAPI's default title is the function's name."""
    named = [(each["tags"][0], each["summary"]) for each in operations.values()]
    assert sorted(named) == sorted(set(named))
    for name, operation in operations.items():
        functions_name = operation["operationId"].partition("_api")[0].partition("_v1")[0].replace("_", " ")
        assert " " in operation["summary"], name
        assert operation["summary"].lower() != functions_name, name


def test_posts_and_parameters_are_described_with_examples(operations: dict[str, Any]) -> None:
    for name, operation in operations.items():
        body = operation.get("requestBody")
        assert bool(body) == name.startswith("POST"), name
        assert all(content["examples"] for content in (body or {"content": {}})["content"].values()), name
        assert all(parameter["description"] for parameter in operation.get("parameters", ())), name


def example_of(description: Description, schema: Any) -> Any:
    """Return a value made of the examples of a schema's fields."""
    schema = description.resolved(schema)
    if "examples" in schema:
        return schema["examples"][0]
    if "anyOf" in schema:
        return example_of(description, schema["anyOf"][0])
    if "properties" in schema:
        return {name: example_of(description, rules) for name, rules in schema["properties"].items()}
    assert schema.get("type") == "array", f"no example: {schema}"
    return [example_of(description, schema["items"])]


def test_every_response_has_examples_that_fit_its_schema(document: dict[str, Any], operations: dict[str, Any]) -> None:
    description = Description(document)
    checked = list[Any]()  # several operations have the same errors
    for operation in operations.values():
        for answer in operation["responses"].values():
            for content in answer.get("content", {}).values():
                examples = [example["value"] for example in content.get("examples", {}).values()]
                for example in examples or [example_of(description, content["schema"])]:
                    if (content["schema"], example) not in checked:
                        checked.append((content["schema"], example))
                        description.check(content["schema"], example)


def test_main_routes_come_first_and_unsupported_ones_last(document: dict[str, Any], operations: dict[str, Any]) -> None:
    tags = [tag["name"] for tag in document["tags"]]
    assert (tags[0], tags[-1], next(iter(operations))) == ("generate", "not supported", "POST /api/generate")
    for name, operation in operations.items():
        unsupported = min(operation["responses"]) == "501"
        assert (operation["tags"] == ["not supported"]) == unsupported, name
        assert set(operation["tags"]) <= set(tags)


def test_generating_routes_take_tokens_and_spending_ones_keys(
    document: dict[str, Any], operations: dict[str, Any]
) -> None:
    schemes = document["components"]["securitySchemes"]
    headers = {name: scheme["name"] for name, scheme in schemes.items() if scheme["type"] == "apiKey"}
    assert headers == {provider.id: provider.auth_header for provider in catalog.providers().values()}
    assert schemes["accessKey"]["scheme"] == "bearer"
    any_token: list[Any] = [*({name: []} for name in headers), {"accessKey": []}, {}]
    assert operations["POST /api/generate"]["security"] == any_token
    for name, operation in operations.items():
        on_batches = "batches" in name and "preview" not in name
        needs_key = name in KEY_ONLY or on_batches or "/v1/files" in name
        assert (operation.get("security") == [{"accessKey": []}]) == needs_key, name


def test_a_generating_call_describes_prefer_and_idempotency_key(operations: dict[str, Any]) -> None:
    for path in ("/api/generate", "/api/providers/{provider_id}/generate", "/api/upscale"):
        operation = operations[f"POST {path}"]
        assert [each["name"] for each in operation["parameters"] if each["in"] == "header"] == [
            "Prefer",
            "Idempotency-Key",
        ]
        assert {"Location", "Retry-After", "Preference-Applied"} <= set(operation["responses"]["202"]["headers"])


def test_every_error_of_a_route_has_its_example(operations: dict[str, Any]) -> None:
    assert {type(error) for error in EXAMPLES} <= set(RAISED)
    assert len({type(error) for error in EXAMPLES}) == len(EXAMPLES)
    generated = operations["POST /api/generate"]["responses"]
    for status, codes in CODES.items():
        if status not in (404, 405, 501):
            assert set(generated[str(status)]["content"]["application/json"]["examples"]) == codes


def test_answers_under_api_omit_unknown_values(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for kind in ResponseModel.__subclasses__():
        assert '"null"' not in json.dumps(schemas.get(kind.__name__, {})), kind
    assert {"PictureResponse", "JobResponse", "BatchResponse", "GenerateBody", "ImagesBody"} <= set(schemas)
