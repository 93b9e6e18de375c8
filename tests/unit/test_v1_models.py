"""`/v1` without AWS: the models, and what is refused before anything is generated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from easel import catalog
from router import app
from tests.harness.openapi_check import Description

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def description() -> Description:
    return Description(TestClient(app, "https://easel.test").get("/openapi.json").json())


@pytest.fixture
def client(description: Description) -> Iterator[TestClient]:
    with TestClient(app, "https://easel.test") as made, description.watching(made):
        yield made


def test_the_models_are_listed_as_openai_lists_them(client: TestClient) -> None:
    body = client.get("/v1/models").json()
    assert body["object"] == "list"
    everything = [(provider, model) for provider in catalog.providers().values() for model in provider.models]
    assert [(entry["id"], entry["owned_by"]) for entry in body["data"][: len(everything)]] == [
        (f"{provider.id}/{model.id}", provider.id) for provider, model in everything
    ]
    listed = [entry["easel"]["features"] for entry in body["data"]]
    assert listed[: len(everything)] == [model.features() for _, model in everything]


@pytest.mark.parametrize(
    ("headers", "owner"),
    [
        ({}, "huggingface"),
        ({"Authorization": "Bearer local"}, "huggingface"),
        ({"Authorization": "Bearer ms:mine"}, "modelscope"),
        ({"X-MS-Token": "mine"}, "modelscope"),
    ],
)
def test_openais_names_follow_the_tokens_of_the_call(headers: dict[str, str], owner: str, client: TestClient) -> None:
    models = {entry["id"]: entry for entry in client.get("/v1/models", headers=headers).json()["data"]}
    assert models["dall-e-3"] == client.get("/v1/models/dall-e-3", headers=headers).json()
    assert models["dall-e-3"]["owned_by"] == owner


@pytest.mark.parametrize("path", ["gitee%2Fz-image-turbo", "gitee/z-image-turbo", "gitee%252Fz-image-turbo"])
def test_a_model_is_found_however_its_slash_is_sent(path: str, client: TestClient) -> None:
    body = client.get(f"/v1/models/{path}").json()
    assert (body["id"], body["object"], body["owned_by"]) == ("gitee/z-image-turbo", "model", "gitee")
    assert body["easel"]["name"] == "Z-Image Turbo (Gitee AI)"


def test_every_status_of_the_models_is_told_and_answered(client: TestClient, description: Description) -> None:
    for path in ("/v1/models", "/v1/models/ms%2Fflux-2", "/v1/models/nobody"):
        client.get(path)
    for name in ("GET /v1/models", "GET /v1/models/{model_id}"):
        assert description.never_seen(name) == set(), name
