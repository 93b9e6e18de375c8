"""Check responses against the OpenAPI document: it must describe every response and each of its headers."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from openapi_schema_validator import OAS31Validator

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx2
    from fastapi.testclient import TestClient

BY_GATEWAY = {"503"}
"""Statuses that only API Gateway returns."""
UNTOLD = {"content-length", "content-type", "date", "server", "connection", "vary", "access-control-allow-origin",
          "access-control-expose-headers", "access-control-allow-methods", "access-control-allow-headers",
          "x-content-type-options", "referrer-policy", "cache-control"}  # fmt: skip
"""Headers that any HTTP response may have."""


class Description:
    """`/openapi.json`, in a strict form: objects have only the described fields."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._components = {**document["components"], "schemas": _closed(document["components"]["schemas"])}
        self.answered: dict[str, set[str]] = defaultdict(set)
        """Received statuses, by `METHOD /path`."""

    def operation(self, name: str) -> Any:
        method, _, path = name.partition(" ")
        return self._document["paths"][path][method.lower()]

    def resolved(self, schema: Any) -> Any:
        """Return the referenced schema."""
        while "$ref" in schema:
            schema = self._components["schemas"][schema["$ref"].rpartition("/")[2]]
        return schema

    def operations(self, prefix: str) -> list[str]:
        """Return the operations of a path and of the paths below it."""
        return [
            f"{method.upper()} {path}"
            for path, methods in self._document["paths"].items()
            for method in methods
            if path.startswith(prefix)
        ]

    def never_seen(self, name: str) -> set[str]:
        """Return an operation's described statuses that no response had."""
        return set(self.operation(name)["responses"]) - BY_GATEWAY - self.answered[name]

    def unanswered(self, prefix: str) -> dict[str, set[str]]:
        """Return, for each operation of a path and below it, the described statuses that no response had."""
        never = {name: self.never_seen(name) for name in self.operations(prefix)}
        return {name: statuses for name, statuses in never.items() if statuses}

    @contextmanager
    def watching(self, client: httpx2.Client | TestClient) -> Iterator[None]:
        """Compare every response that the client receives."""
        client.event_hooks["response"].append(self.compare)
        try:
            yield
        finally:
            client.event_hooks["response"].remove(self.compare)

    def compare(self, answer: httpx2.Response) -> None:
        """Fail if the response's status, headers or body are not described."""
        name = self._name(answer.request.method, answer.request.url.path)
        if name is None:
            return
        answer.read()
        status = str(answer.status_code)
        self.answered[name].add(status)
        described = self.operation(name)["responses"]
        assert status in described, f"{name} answers {status}, which is not described: {answer.text[:300]}"
        headers = {header.lower() for header in described[status].get("headers", ())}
        assert set(answer.headers) - UNTOLD <= headers, (name, status, set(answer.headers) - UNTOLD - headers)
        content = described[status].get("content")
        bare_redirect = status == "303" and not answer.content
        assert bool(content) == bool(answer.content) or bare_redirect, (name, status, answer.text[:300])
        if content and not bare_redirect:
            for media_type, body in _bodies(answer):
                self.check(content[media_type]["schema"], body)

    def check(self, schema: Any, body: Any) -> None:
        """Fail if the body does not match the schema."""
        errors = OAS31Validator({**_closed(schema), "components": self._components}).iter_errors(body)
        assert not [f"{list(error.path)}: {error.message}" for error in errors], json.dumps(body)[:2000]

    def _name(self, method: str, path: str) -> str | None:
        exact = [f"{method} {path}"] if method.lower() in self._document["paths"].get(path, {}) else []
        names = exact or [
            f"{method} {pattern}"
            for part in ("[^/]+", ".+")  # a model's id may contain slashes
            for pattern, methods in self._document["paths"].items()
            if method.lower() in methods and re.fullmatch(re.sub(r"\{\w+\}", part, pattern), path)
        ]
        return names[0] if names else None


def _bodies(answer: httpx2.Response) -> list[tuple[str, Any]]:
    """Return the body of a response, or of each of its server-sent events, with the media types."""
    if answer.headers["content-type"].startswith("text/csv"):
        return [("text/csv", answer.text)]
    if answer.headers["content-type"].startswith("text/event-stream"):
        lines = [line for line in answer.text.splitlines() if line.startswith("data: ")]
        return [("text/event-stream", json.loads(line.removeprefix("data: "))) for line in lines]
    return [("application/json", answer.json())]


def _closed(schema: Any) -> Any:
    """Return the schema without additional properties."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(value) for name, value in schema.items()}
    return {**closed, "additionalProperties": False} if "properties" in closed else closed
