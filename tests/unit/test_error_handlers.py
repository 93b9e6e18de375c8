"""FastAPI's own refusals are answered as Easel's errors, for any route with documented parameters."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated, Any

import pytest
from fastapi import Body, Depends, FastAPI, Header, Query
from fastapi.testclient import TestClient
from pydantic import BaseModel, Field

import error_handlers


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Tag(BaseModel):
    name: str = Field(min_length=2)


class Item(BaseModel):
    price: float = Field(gt=0)
    tags: list[Tag] = []


SHORT_TAG = {"price": 1, "tags": [{"name": "x"}]}
Limit = Annotated[int, Query(ge=1, le=9)]


async def page(limit: Limit = 5) -> int:
    return limit


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = FastAPI()
    error_handlers.add_to(app)

    @app.post("/one")
    async def one(item: Item) -> Item:
        return item

    @app.post("/two")
    async def two(item: Item, count: Annotated[int, Body(le=3)]) -> Item:
        return item

    @app.post("/many")
    async def many(items: list[Item]) -> int:
        return len(items)

    @app.get("/read")
    async def read(
        first: Annotated[int, Depends(page)],
        x_token: Annotated[int, Header()] = 0,
        limit: Limit = 5,
        share: Annotated[float, Query(gt=0, lt=1)] = 0.5,
        colour: Colour = Colour.RED,
        ids: Annotated[list[int], Query()] = [],  # noqa: B006
    ) -> int:
        return limit

    return TestClient(app)


@pytest.mark.parametrize(
    ("path", "body", "field", "message"),
    [
        ("/one", {"price": 0}, "price", "price: must be greater than 0; got 0"),
        ("/one", {}, "price", "price: required"),
        ("/one", {"price": 1, "tags": 5}, "tags", "tags: must be a list; got 5"),
        ("/one", SHORT_TAG, "tags.0.name", 'tags.0.name: must have at least 2 characters; got "x"'),
        ("/one", b'{"price', "body", "body: must be JSON; see character 1"),
        ("/one", [], "body", "body: must be a JSON object, not []"),
        ("/one", None, "body", "body: must be a JSON object, not null"),
        ("/two", {"item": {"price": 1}}, "count", "count: required"),
        ("/two", {"item": {}, "count": 1}, "item.price", "item.price: required"),
        ("/two", {"item": {"price": 1}, "count": 4}, "count", "count: must be less than or equal to 3; got 4"),
        ("/many", {}, "body", "body: must be a list; got {}"),
        ("/many", [{"price": 1}, {"price": 0}], "1.price", "1.price: must be greater than 0; got 0"),
    ],
)
def test_a_wrong_body_of_any_model_is_named(client: TestClient, path: str, body: Any, field: str, message: str) -> None:
    sent = body if isinstance(body, bytes) else json.dumps(body)
    answer = client.post(path, content=sent, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["error"]) == (400, message)
    assert (answer.json()["code"], answer.json()["details"]["field"]) == ("INVALID_REQUEST", field)


@pytest.mark.parametrize(
    ("query", "headers", "field", "message"),
    [
        ("limit=0", {}, "limit", "limit: must be a whole number from 1 to 9"),
        ("share=1", {}, "share", "share: must be a number above 0 and below 1"),
        ("colour=green", {}, "colour", "colour: must be 'red' or 'blue'; got \"green\""),
        ("ids=1&ids=x", {}, "ids", 'ids: must be an integer, unable to parse string as an integer; got "x"'),
        ("", {"x-token": "a"}, "x-token", "x-token: must be a whole number"),
    ],
)
def test_a_wrong_parameter_is_named(
    client: TestClient, query: str, headers: dict[str, str], field: str, message: str
) -> None:
    answer = client.get(f"/read?{query}", headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (400, message)
    assert (answer.json()["code"], answer.json()["details"]["field"]) == ("INVALID_REQUEST", field)
