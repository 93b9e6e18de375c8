"""Validates what a call asks for against the catalog.

The order is: body, provider, token present where required, then the fields in the order of `easel.catalog.requests`.
The first thing wrong is the answer: it names the field, what was wrong and what is allowed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar

from pydantic import ValidationError

from easel import catalog
from easel.catalog.bodies import Body, abbreviated, caller_error, wrong
from easel.catalog.requests import PROVIDERS, GenerateBody, UpscaleBody
from easel.errors import InvalidProvider, InvalidRequest, PayloadTooLarge
from easel.front_door.credentials import read_credentials
from easel.store.records import GenerationRequest, ValidatedRequest

MAX_BODY = 50 * 1024  # bytes
MAX_DEPTH = 50
"""Levels of lists and objects in a JSON body: later code may recurse into a body that was read."""
MAX_VALUES = 100_000
"""Values in a JSON body, counted by commas and brackets. A value can take forty times its length in memory."""
MAX_DIGITS = 400
"""Digits of a number that is read as an integer. A longer one is read as a float: that takes no quadratic time."""

B = TypeVar("B", bound=Body)


def parse_generate(body: bytes, headers: Mapping[str, str], provider_id: str | None = None) -> ValidatedRequest:
    """The request in an HTTP call.

    Args:
        body: the raw body.
        headers: with lower-case names.
        provider_id: the provider that the route names; a body that names another one is refused.

    Raises:
        CallerError: one of its classes, for the first thing wrong.
        AuthInvalid: the token, or the Easel key, cannot be one.
    """
    given = read_object(body)
    provider = read_provider(given, provider_id)
    token, key = read_credentials(provider, headers)
    return validate(given, provider, token, key)


def validate(
    body: Mapping[str, Any], provider: catalog.Provider, token: str | None = None, key: str | None = None
) -> ValidatedRequest:
    """The request in a JSON object, for a provider already known: a batch's line comes in here."""
    return generation(validated(GenerateBody, {**body, "provider": provider.id}), token, key)


def generation(body: GenerateBody, token: str | None = None, key: str | None = None) -> ValidatedRequest:
    """The request in a validated body: what the model does not support is dropped."""
    model, fields = body.catalog_model, body.sized().model_dump(include=set(GenerationRequest.model_fields))
    request = GenerationRequest(**fields)
    if model.guidance is None:
        request = request.replace(guidance_scale=None)
    if not (model.negative_prompt and request.negative_prompt.strip()):
        request = request.replace(negative_prompt="")
    return ValidatedRequest(request, body.warnings, token, key=key)


def parse_upscale(body: bytes, headers: Mapping[str, str]) -> ValidatedRequest:
    """The request in a call to `/api/upscale`; raises as `parse_generate` does."""
    given = read_object(body)
    token, key = read_credentials(catalog.upscaling_provider(), headers)
    return upscale(validated(UpscaleBody, given), token, key)


def upscale(body: UpscaleBody, token: str | None = None, key: str | None = None) -> ValidatedRequest:
    """The request in a validated body."""
    request = GenerationRequest(
        provider=catalog.upscaling_provider().id,
        model=catalog.UPSCALER,
        source_url=body.url,
        scale=body.scale,
        response_format=body.response_format,
    )
    return ValidatedRequest(request, tuple(body.unknown_fields()), token, key=key)


def load(provider_id: str) -> None:
    """Build the models that a first call to the provider's own route needs."""
    if provider_id == catalog.upscaling_provider().id:
        UpscaleBody.model_rebuild()


def validated(model: type[B], body: Mapping[str, Any]) -> B:
    """The body as its model; raises `CallerError` for the first field that is wrong."""
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise caller_error(model, error.errors(include_url=False)) from error


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body. Raises `PayloadTooLarge`, or `InvalidRequest` with the field `body`."""
    if len(body) > MAX_BODY:
        raise PayloadTooLarge(f"body: {len(body)} bytes are too many; at most {MAX_BODY} are taken", field="body")
    return read_json(body)


def read_json(body: bytes) -> dict[str, Any]:
    """The JSON object in a body of any size. Raises `PayloadTooLarge`, or `InvalidRequest` with the field `body`."""
    brackets = body.count(b"[") + body.count(b"{")
    if brackets + body.count(b",") > MAX_VALUES:
        text = f"body: more than {MAX_VALUES} values are too many; upload them as a file: POST /api/batches/uploads"
        raise PayloadTooLarge(text, field="body")
    try:
        data = json.loads(body.decode(), parse_constant=_refuse, parse_int=_read_int)
        if brackets > MAX_DEPTH:
            check_depth(data)
        if b"\\u" in body:  # reject a lone surrogate, which cannot be encoded as UTF-8
            json.dumps(data, ensure_ascii=False).encode()
    except InvalidRequest:
        raise
    except (ValueError, RecursionError) as error:
        raise InvalidRequest(f"body: must be a JSON object; {_reason(error)}", field="body") from error
    if not isinstance(data, dict):
        raise InvalidRequest(f"body: must be a JSON object, not {abbreviated(data)}", field="body")
    return data


def check_depth(data: Any) -> None:
    """Raise `InvalidRequest` if JSON values are nested more than `MAX_DEPTH` levels deep."""
    level = [data] if isinstance(data, dict | list) else []
    for _ in range(MAX_DEPTH):
        if not level:
            return
        parents = [value.values() if isinstance(value, dict) else value for value in level if value]
        level = [child for values in parents for child in values if isinstance(child, dict | list)]
    if not level:
        return
    raise InvalidRequest(f"body: must not be nested more than {MAX_DEPTH} levels deep", field="body")


def _reason(error: Exception) -> str:
    """Why a body cannot be read as JSON, in Easel's words."""
    if isinstance(error, json.JSONDecodeError):
        return f"it is not JSON: see line {error.lineno}, column {error.colno}"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8 text"
    if isinstance(error, UnicodeEncodeError):
        return "it has half a character, a surrogate without its pair"
    return f"it is nested more than {MAX_DEPTH} levels deep"


def read_hop(hop: str) -> int:
    """How often a caller was sent to wait on; raises `InvalidRequest`."""
    if not (hop.isascii() and hop.isdigit() and len(hop) < 3):
        raise InvalidRequest("hop: must be a whole number, as the address says that a call was sent to", field="hop")
    return int(hop)


def read_provider(body: Mapping[str, Any], provider_id: str | None = None) -> catalog.Provider:
    """The provider that a body names, or the default; raises `InvalidProvider`, also when the route names another."""
    named = body.get("provider")
    if named is not None and not (isinstance(named, str) and named):
        raise wrong("provider", named, InvalidProvider, f"one of: {PROVIDERS}")
    if provider_id and named not in (None, provider_id):
        raise InvalidProvider(
            f"provider: this address is {catalog.name_of(provider_id)}'s; for {named[:100]!r} call /api/generate",
            field="provider",
        )
    return catalog.provider(wanted) if (wanted := provider_id or named) else catalog.default_provider()


def _read_int(digits: str) -> int | float:
    return int(digits) if len(digits) <= MAX_DIGITS else float(digits)


def _refuse(constant: str) -> NoReturn:
    raise InvalidRequest(f"body: must be a JSON object; {constant} is no number of JSON", field="body")
