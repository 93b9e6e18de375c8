"""`/v1/models` without AWS: the listed models and their names."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from easel import catalog
from router import app
from tests.harness.router_client import HOST, checked_client, description

client = TestClient(app, HOST)


def test_the_models_are_listed_as_openai_lists_them() -> None:
    body = client.get("/v1/models").json()
    assert body["object"] == "list"
    everything = [(provider, model) for provider in catalog.providers().values() for model in provider.models]
    assert [(entry["id"], entry["owned_by"], entry["easel"]["features"]) for entry in body["data"]][
        : len(everything)
    ] == [(f"{provider.id}/{model.id}", provider.id, model.features()) for provider, model in everything]


@pytest.mark.parametrize(
    ("headers", "owner"),
    [
        ({}, "huggingface"),
        ({"Authorization": "Bearer local"}, "huggingface"),
        ({"Authorization": "Bearer ms:mine"}, "modelscope"),
        ({"X-MS-Token": "mine"}, "modelscope"),
    ],
)
def test_openais_names_depend_on_the_tokens_of_the_call(headers: dict[str, str], owner: str) -> None:
    models = {entry["id"]: entry for entry in client.get("/v1/models", headers=headers).json()["data"]}
    assert models["dall-e-3"] == client.get("/v1/models/dall-e-3", headers=headers).json()
    assert models["dall-e-3"]["owned_by"] == owner


@pytest.mark.parametrize("path", ["gitee%2Fz-image-turbo", "gitee/z-image-turbo", "gitee%252Fz-image-turbo"])
def test_a_model_is_found_with_any_encoding_of_its_slash(path: str) -> None:
    body = client.get(f"/v1/models/{path}").json()
    assert (body["id"], body["object"], body["owned_by"]) == ("gitee/z-image-turbo", "model", "gitee")
    assert body["easel"]["name"] == "Z-Image Turbo (Gitee AI)"


def test_every_documented_status_of_models_is_returned() -> None:
    described = description()
    with checked_client(described=described) as checked:
        for path in ("/v1/models", "/v1/models/ms%2Fflux-2", "/v1/models/nobody"):
            checked.get(path)
    assert described.unanswered("/v1/models") == {}
