"""`/openapi.json` as FastAPI makes it: it is valid, has every route, and its examples are what its schemas say."""

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


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    described: dict[str, Any] = json.loads(gateway.call(router.handler, "GET", "/openapi.json").get_data())
    return described


def test_it_is_a_valid_description(document: dict[str, Any]) -> None:
    validate(document)


@pytest.fixture(scope="module")
def operations(document: dict[str, Any]) -> list[str]:
    """Every operation, as `METHOD /path`."""
    return [f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods]


def test_every_route_is_described_and_nothing_else(operations: list[str]) -> None:
    contexts = [each for each in iter_route_contexts(router.app.routes) if each.include_in_schema]
    routes = {f"{method} {each.path_format}" for each in contexts for method in each.methods or ()}
    assert set(operations) == routes
    assert len(operations) == 48


def test_every_operation_of_a_tag_has_a_name_of_its_own(document: dict[str, Any]) -> None:
    """`/docs` shows the names next to the paths."""
    named = [(each["tags"][0], each["summary"]) for methods in document["paths"].values() for each in methods.values()]
    assert sorted(named) == sorted(set(named))
    titles = {title for _, title in named}
    assert {"Make a picture from a prompt", "See how far a picture is", "Start a batch", "List your files"} <= titles


def example_of(description: Description, schema: Any) -> Any:
    """A value made of the examples of a schema's fields."""
    schema = description.resolved(schema)
    if "examples" in schema:
        return schema["examples"][0]
    if "anyOf" in schema:
        return example_of(description, schema["anyOf"][0])
    if "properties" in schema:
        return {name: example_of(description, rules) for name, rules in schema["properties"].items()}
    assert schema.get("type") == "array", f"no example: {schema}"
    return [example_of(description, schema["items"])]


def test_every_response_has_examples_as_its_schema_says(document: dict[str, Any], operations: list[str]) -> None:
    description = Description(document)
    for name in operations:
        for answer in description.operation(name)["responses"].values():
            for content in answer.get("content", {}).values():
                examples = [example["value"] for example in content.get("examples", {}).values()]
                for example in examples or [example_of(description, content["schema"])]:
                    description.check(content["schema"], example)


def test_every_post_tells_what_it_takes_with_examples(document: dict[str, Any], operations: list[str]) -> None:
    description = Description(document)
    for name in operations:
        body = description.operation(name).get("requestBody")
        assert bool(body) == name.startswith("POST"), name
        for content in body["content"].values() if body else ():
            assert content["examples"], name


def test_every_parameter_is_described(document: dict[str, Any], operations: list[str]) -> None:
    for name in operations:
        for parameter in Description(document).operation(name).get("parameters", ()):
            assert parameter["description"], (name, parameter["name"])


def test_every_title_is_a_sentence_of_its_own(document: dict[str, Any], operations: list[str]) -> None:
    for name in operations:
        operation = Description(document).operation(name)
        functions_name = operation["operationId"].partition("_api")[0].partition("_v1")[0].replace("_", " ")
        title = operation["summary"]
        assert " " in title, name
        assert title.lower() != functions_name, name  # FastAPI's own title, which is not a sentence


def test_main_routes_come_first_and_what_is_not_supported_last(document: dict[str, Any], operations: list[str]) -> None:
    tags = [tag["name"] for tag in document["tags"]]
    assert (tags[0], tags[-1]) == ("generate", "not supported")
    assert next(iter(document["paths"])) == "/api/generate"
    for name in operations:
        operation = Description(document).operation(name)
        refused = min(operation["responses"]) == "501"
        assert (operation["tags"] == ["not supported"]) == refused, name
        assert set(operation["tags"]) <= set(tags)


def test_what_generates_takes_tokens_and_what_spends_takes_a_key(
    document: dict[str, Any], operations: list[str]
) -> None:
    schemes = document["components"]["securitySchemes"]
    headers = {name: scheme["name"] for name, scheme in schemes.items() if scheme["type"] == "apiKey"}
    assert headers == {provider.id: provider.auth_header for provider in catalog.providers().values()}
    assert schemes["accessKey"]["scheme"] == "bearer"
    assert document["paths"]["/api/generate"]["post"]["security"] == [
        *({name: []} for name in headers),
        {"accessKey": []},
        {},
    ]
    for name in operations:
        spends = name in ("GET /api/key", "GET /api/quota", "GET /api/usage", "GET /api/jobs") or (
            "batches" in name and "preview" not in name
        )
        spends |= "/v1/files" in name
        assert (Description(document).operation(name).get("security") == [{"accessKey": []}]) == spends, name


def test_a_generating_call_tells_of_prefer_and_idempotency_key(document: dict[str, Any]) -> None:
    for path in ("/api/generate", "/api/providers/{provider_id}/generate", "/api/upscale"):
        parameters = document["paths"][path]["post"]["parameters"]
        headers = [each["name"] for each in parameters if each["in"] == "header"]
        assert headers == ["Prefer", "Idempotency-Key"]
        answers = document["paths"][path]["post"]["responses"]
        assert "Preference-Applied" in answers["202"]["headers"]
        assert {"Location", "Retry-After"} <= set(answers["202"]["headers"])


def test_every_error_that_a_route_answers_with_has_its_example(document: dict[str, Any]) -> None:
    assert {type(error) for error in EXAMPLES} <= set(RAISED)
    assert len({type(error) for error in EXAMPLES}) == len(EXAMPLES)
    generated = document["paths"]["/api/generate"]["post"]["responses"]
    for status, codes in CODES.items():
        if status not in (404, 405, 501):
            assert set(generated[str(status)]["content"]["application/json"]["examples"]) == codes


def test_nothing_of_fastapis_own_is_left(document: dict[str, Any]) -> None:
    assert "HTTPValidationError" not in json.dumps(document)
    schemas = set(document["components"]["schemas"])
    assert {
        "PictureResponse",
        "JobResponse",
        "BatchResponse",
        "ErrorResponse",
        "GenerateBody",
        "ImagesBody",
        "BatchRequest",
    } <= schemas


def test_answers_under_api_leave_out_what_is_unknown(document: dict[str, Any]) -> None:
    for kind in ResponseModel.__subclasses__():
        assert '"null"' not in json.dumps(document["components"]["schemas"].get(kind.__name__, {})), kind
