"""Lines of a `/v1` batch, in OpenAI's format: `{"custom_id", "method", "url", "body"}`.

The body is a body of `POST /v1/images/generations`. Its `n` corresponds to `count` in Easel's manifests.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from easel.errors import InvalidRequest

METHOD = "POST"
URL = "/v1/images/generations"
MAX_ID = 200
"""Maximum characters of a `custom_id`."""


def name_of(fields: Mapping[str, Any]) -> str:
    """Return the line's `custom_id`. Raise `InvalidRequest` if it is missing or invalid."""
    name = fields.get("custom_id")
    if not isinstance(name, str) or not 1 <= len(name) <= MAX_ID:
        raise InvalidRequest(f"custom_id: must be a text of 1 to {MAX_ID} characters", field="custom_id")
    return name


def body_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the line's body without nulls. Raise `InvalidRequest` for another method or URL."""
    for name, value in (("method", METHOD), ("url", URL)):
        if fields.get(name) != value:
            raise InvalidRequest(f"{name}: must be {value} in every line of this batch", field=name)
    body = fields.get("body")
    if not isinstance(body, dict):
        raise InvalidRequest(f"body: must be a JSON object, the body of {METHOD} {URL}", field="body")
    return {name: value for name, value in body.items() if value is not None}
