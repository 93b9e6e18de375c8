"""`/openapi.json`: it is valid, has every route, and its examples are what its schemas say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openapi_spec_validator import validate

import api_models
import router
from api_operations import OPERATIONS
from api_samples import ERRORS
from easel import catalog
from tests.harness import gateway
from tests.harness.described import Description
from tests.unit.test_errors import CODES, RAISED


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gateway.call(router.handler, "GET", "/openapi.json").get_data())
    return found


def test_it_is_a_valid_description(document: dict[str, Any]) -> None:
    validate(document)


def test_every_route_is_described_and_nothing_else(document: dict[str, Any]) -> None:
    told = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    assert told == set(OPERATIONS)


def test_every_body_has_examples_that_are_what_the_schema_says(document: dict[str, Any]) -> None:
    description = Description(document)
    for name in OPERATIONS:
        for status, answer in description.operation(name)["responses"].items():
            for content in answer.get("content", {}).values():
                assert content["examples"], (name, status)
                for example in content["examples"].values():
                    description.check(content["schema"], example["value"])


def test_every_post_tells_what_it_takes_with_examples(document: dict[str, Any]) -> None:
    description = Description(document)
    for name in OPERATIONS:
        body = description.operation(name).get("requestBody")
        assert bool(body) == name.startswith("POST"), name
        for content in body["content"].values() if body else ():
            assert content["examples"], name


def test_what_generates_takes_tokens_and_what_spends_takes_a_key(document: dict[str, Any]) -> None:
    schemes = document["components"]["securitySchemes"]
    headers = {name: scheme["name"] for name, scheme in schemes.items() if scheme["type"] == "apiKey"}
    assert headers == {provider.id: provider.auth_header for provider in catalog.providers().values()}
    assert schemes["accessKey"]["scheme"] == "bearer"
    assert document["paths"]["/api/generate"]["post"]["security"] == [
        *({name: []} for name in headers),
        {"accessKey": []},
        {},
    ]
    for name in OPERATIONS:
        spends = name in ("GET /api/key", "GET /api/jobs") or ("batches" in name and "preview" not in name)
        spends |= "/v1/files" in name
        assert (Description(document).operation(name).get("security") == [{"accessKey": []}]) == spends, name


def test_a_generating_call_tells_of_prefer_and_idempotency_key(document: dict[str, Any]) -> None:
    for path in ("/api/generate", "/api/providers/{provider_id}/generate", "/api/upscale"):
        told = [each.get("$ref", "") for each in document["paths"][path]["post"]["parameters"]]
        assert [name.rpartition("/")[2] for name in told if name] == ["Prefer", "Idempotency-Key"]
        answers = document["paths"][path]["post"]["responses"]
        assert "Preference-Applied" in answers["202"]["headers"]
        assert {"Location", "Retry-After"} <= set(answers["202"]["headers"])


def test_every_error_that_a_route_answers_with_has_its_example(document: dict[str, Any]) -> None:
    examples = {type(error) for error in ERRORS}
    assert len(examples) == len(ERRORS)
    assert {kind for operation in OPERATIONS.values() for kind in operation.errors} == examples
    assert examples <= set(RAISED)
    generated = document["paths"]["/api/generate"]["post"]["responses"]
    for status, codes in CODES.items():
        if status not in (404, 405, 501):
            assert set(generated[str(status)]["content"]["application/json"]["examples"]) == codes


def test_nothing_of_fastapis_own_is_left(document: dict[str, Any]) -> None:
    assert "HTTPValidationError" not in json.dumps(document)
    assert {"Picture", "Job", "Batch", "Error"} <= set(document["components"]["schemas"])
    assert set(document["components"]["schemas"]) <= set(vars(api_models))
