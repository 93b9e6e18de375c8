"""Validates what a client asks for against the catalog, and makes the request of it.

The order is: body, provider, token present where required, then the fields from model to responseFormat.
The first thing wrong is the answer: it names the field, what was wrong and what is allowed.
"""

from __future__ import annotations

import json
import math
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from easel import catalog
from easel.budgets import keys
from easel.common import links
from easel.errors import (
    AuthInvalid,
    AuthRequired,
    CallerError,
    InvalidDimensions,
    InvalidModel,
    InvalidParams,
    InvalidPrompt,
    InvalidProvider,
    InvalidRequest,
    PayloadTooLarge,
)
from easel.settings import settings
from easel.store.records import Request, ValidatedRequest

MAX_BODY = 50 * 1024  # bytes
MAX_SEED = 2**31 - 1
MAX_TOKEN = 4096  # characters
LARGEST = 2.0**53
"""Numbers below this are the same as integer and as float."""


@dataclass(frozen=True)
class Field:
    """A field of a body, for the check and for `/docs`. `null` means absent.

    Not pydantic's: a provider's function, which has no other use for it, would spend a third of its init on it.

    Attributes:
        name: as the API spells it.
        schema: what it may hold: `type`, `enum`, `minimum`, `maximum`, `minLength`, `maxLength` and `pattern` are
            checked; the rest, such as `description` and `default`, is for readers.
        also: another spelling that is taken.
        required: whether it must be there.
    """

    name: str
    schema: Mapping[str, Any] = field(repr=False)
    also: str = ""
    required: bool = False

    @property
    def spellings(self) -> tuple[str, ...]:
        return (self.name, self.also) if self.also else (self.name,)

    def read(self, value: Any) -> Any:
        """The value as its type; `9.0` is a whole number too. Raises `ValueError` where the schema forbids it."""
        kind = self.schema["type"]
        if kind == "string":
            return _text(value, self.schema)
        if kind == "array":
            return _of_type(value, list)
        number = _whole(value) if kind == "integer" else _number(value)
        if not self.schema.get("minimum", -math.inf) <= number <= self.schema.get("maximum", math.inf):
            raise ValueError("out of range")
        return number


_SIDE = {"type": "integer", "minimum": 256, "maximum": 2048, "default": 1024}
_PICTURE = Field(
    "responseFormat",
    {
        "type": "string",
        "enum": ["url", "b64_json"],
        "default": "url",
        "description": "`b64_json` adds the picture itself as `imageDetails.b64Json`",
    },
    also="response_format",
)
GENERATE = (
    Field(
        "provider",
        {
            "type": "string",
            "default": catalog.default_provider().id,
            "description": f"one of {', '.join(catalog.providers())}",
        },
    ),
    Field("model", {"type": "string", "description": "a model of that provider; its first when absent"}),
    Field("prompt", {"type": "string", "minLength": 1, "maxLength": 4000, "pattern": r"\S"}, required=True),
    Field(
        "negativePrompt",
        {
            "type": "string",
            "maxLength": 4000,
            "description": "what should not be in the picture; dropped with a warning where the model takes none",
        },
        also="negative_prompt",
    ),
    Field("width", _SIDE),
    Field("height", _SIDE),
    Field("steps", {"type": "integer", "description": "within the model's range"}, also="num_inference_steps"),
    Field(
        "guidanceScale",
        {
            "type": "number",
            "description": "within the model's range; dropped with a warning where the model takes none",
        },
        also="guidance_scale",
    ),
    Field("seed", {"type": "integer", "minimum": 0, "maximum": MAX_SEED, "description": "random when absent"}),
    _PICTURE,
)
"""The body of a generation, with the rules that hold for every model."""
UPSCALE = (
    Field(
        "url",
        {"type": "string", "minLength": 1, "maxLength": 2048, "description": "http(s) link to a picture"},
        required=True,
    ),
    Field(
        "scale",
        {"type": "integer", "minimum": 1, "maximum": 4, "default": 4, "description": "how many times as large"},
    ),
    _PICTURE,
)
"""The body of `POST /api/upscale`."""

_RULES: dict[str, tuple[type[CallerError], str]] = {
    "provider": (InvalidProvider, "one of: {providers}"),
    "model": (InvalidModel, "a text, one of the provider's model ids"),
    "prompt": (InvalidPrompt, "a text of 1 to 4000 characters, not blank"),
    "negativePrompt": (InvalidPrompt, "a text of at most 4000 characters"),
    "width": (InvalidDimensions, "a whole number from 256 to 2048"),
    "height": (InvalidDimensions, "a whole number from 256 to 2048"),
    "steps": (InvalidParams, "a whole number within the model's range"),
    "guidanceScale": (InvalidParams, "a number within the model's range"),
    "seed": (InvalidParams, f"a whole number from 0 to {MAX_SEED}"),
    "responseFormat": (InvalidParams, "'url' or 'b64_json'"),
    "url": (InvalidParams, "an http(s) link to a picture at a public address, of at most 2048 characters"),
    "scale": (InvalidParams, "a whole number from 1 to 4"),
}


def described(title: str, fields: Iterable[Field]) -> dict[str, Any]:
    """The JSON Schema of a body with these fields."""
    properties = {}
    for each in fields:
        told = {name: value for name, value in each.schema.items() if name in ("description", "default")}
        rules = {name: value for name, value in each.schema.items() if name not in told}
        properties[each.name] = {**rules, **told} if each.required else {"anyOf": [rules, {"type": "null"}], **told}
    required = [each.name for each in fields if each.required]
    return {"title": title, "type": "object", "properties": properties, "required": required}


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
    model = provider.model(_text_or_none(body, "model"))
    limits = {"steps": f"a whole number from {model.steps.min} to {model.steps.max} for {model.id}"}
    given, warnings = _validated(GENERATE, body, limits)
    steps = given.get("steps", int(model.steps.default))
    if steps not in model.steps:
        raise wrong("steps", steps, InvalidParams, limits["steps"])
    guidance, dropped = _guidance(given.get("guidanceScale"), model)
    negative = given.get("negativePrompt", "")
    if not negative.strip():
        negative = ""
    if negative and not model.negative_prompt:
        dropped.append(f"negativePrompt was dropped: {model.id} of {provider.name} takes no negative prompt")
        negative = ""
    request = Request(
        provider=provider.id,
        model=model.id,
        prompt=given["prompt"],
        negative_prompt=negative,
        width=given.get("width", 1024),
        height=given.get("height", 1024),
        steps=steps,
        guidance=guidance,
        seed=given["seed"] if "seed" in given else secrets.randbelow(MAX_SEED + 1),
        response_format=given.get("responseFormat", "url"),
    )
    return ValidatedRequest(request, (*warnings, *dropped), token, key=key)


def parse_upscale(body: bytes, headers: Mapping[str, str]) -> ValidatedRequest:
    """The request in a call to `/api/upscale`; raises as `parse_generate` does."""
    read = read_object(body)
    provider = catalog.upscaling_provider()
    token, key = read_credentials(provider, headers)
    given, warnings = _validated(UPSCALE, read)
    url = given["url"]
    if not links.is_public(url) and not links.is_own_picture(url):
        raise wrong("url", url, *_RULES["url"])
    request = Request(
        provider=provider.id,
        model=catalog.UPSCALER,
        source_url=url,
        scale=given.get("scale", 4),
        response_format=given.get("responseFormat", "url"),
    )
    return ValidatedRequest(request, tuple(warnings), token, key=key)


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body. Raises `PayloadTooLarge`, or `InvalidRequest` with the field `body`."""
    if len(body) > MAX_BODY:
        raise PayloadTooLarge(f"body: {len(body)} bytes are too many; at most {MAX_BODY} are taken", field="body")
    return read_json(body)


def read_json(body: bytes) -> dict[str, Any]:
    """The JSON object in a body of any size; raises `InvalidRequest` with the field `body`."""
    try:
        found = json.loads(body.decode(), parse_constant=_refuse)
        if b"\\u" in body:  # JSON can spell half a character, which no text can hold
            json.dumps(found, ensure_ascii=False).encode()
    except UnicodeDecodeError as error:
        raise InvalidRequest("body: must be a JSON object; it is not UTF-8 text", field="body") from error
    except (ValueError, RecursionError) as error:
        raise InvalidRequest(f"body: must be a JSON object; it is not JSON: {error}"[:300], field="body") from error
    if not isinstance(found, dict):
        raise InvalidRequest(f"body: must be a JSON object, not {_shown(found)}", field="body")
    return found


def read_hop(hop: str) -> int:
    """How often a caller was sent to wait on; raises `InvalidRequest`."""
    if not (hop.isascii() and hop.isdigit() and len(hop) < 3):
        raise InvalidRequest("hop: must be a whole number, as the address says that a call was sent to", field="hop")
    return int(hop)


def read_credentials(provider: catalog.Provider, headers: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The token in the provider's own header, and the id of the Easel key: either, both, or none where none is needed.

    Raises `AuthRequired` without what is required, `AuthInvalid` for what cannot be a token or a key.
    """
    key = keys.given(headers, required=settings().access == "keys")
    return read_token(provider, headers, key), key


def read_token(provider: catalog.Provider, headers: Mapping[str, str], key: str | None = None) -> str | None:
    """The token in the provider's own header. Raises `AuthRequired` without token and key where one is required."""
    token = headers.get(provider.auth_header.lower(), "").strip()
    if not token and provider.auth_required and not key:
        raise AuthRequired(
            f"{provider.name} needs a token: send it in the header {provider.auth_header}; "
            f"get one at {provider.token_url}; or send an Easel key of this deployment as Authorization: Bearer ek_…",
            provider=provider.id,
            field=provider.auth_header,
        )
    return checked_token(provider, token, provider.auth_header) or None


def checked_token(provider: catalog.Provider, token: str, header: str) -> str:
    """The token that a header held; raises `AuthInvalid` for what cannot be one."""
    if token.startswith(keys.PREFIX):
        raise AuthInvalid(
            f"the header {header} holds an Easel key, which is not for {provider.name}: send it as "
            "Authorization: Bearer ek_…",
            provider=provider.id,
            field=header,
        )
    if len(token) > MAX_TOKEN or not all("!" <= character <= "~" for character in token):
        raise AuthInvalid(
            f"the header {header} holds no token: it must be one line of visible ASCII characters",
            provider=provider.id,
            field=header,
        )
    return token


def read_provider(body: Mapping[str, Any], provider_id: str | None = None) -> catalog.Provider:
    """The provider that a body names, or the default; raises `InvalidProvider`, also when the route names another."""
    named = _text_or_none(body, "provider")
    if provider_id and named not in (None, provider_id):
        raise InvalidProvider(
            f"provider: this address is {catalog.name_of(provider_id)}'s; for {named[:100]!r} call /api/generate",
            field="provider",
        )
    return catalog.provider(wanted) if (wanted := provider_id or named) else catalog.default_provider()


def _text_or_none(body: Mapping[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is None or (isinstance(value, str) and value):
        return value
    kind, allowed = _RULES[name]
    raise wrong(name, value, kind, allowed.format(providers=", ".join(catalog.providers())))


def _validated(
    known: tuple[Field, ...], body: Mapping[str, Any], limits: Mapping[str, str] | None = None
) -> tuple[dict[str, Any], list[str]]:
    """The fields that are there, by name, and a warning for each that nobody knows.

    `limits` word the model's own rules. The first field in the table's order that breaks a rule is the error.
    """
    present = {name: value for name, value in body.items() if value is not None}
    for each in known:
        if each.also and each.also in present:
            _refuse_two_values(each, present)
    given = {}
    for each in known:
        cause, allowed = _RULES[each.name]
        allowed = (limits or {}).get(each.name, allowed)
        value = next((present[spelling] for spelling in each.spellings if spelling in present), None)
        if value is not None:
            try:
                given[each.name] = each.read(value)
            except ValueError as error:
                raise wrong(each.name, value, cause, allowed) from error
        elif each.required:
            raise cause(f"{each.name}: required; must be {allowed}", field=each.name)
    strangers = sorted(present.keys() - {spelling for each in known for spelling in each.spellings})
    return given, [f"unknown field ignored: {name[:100]!r}" for name in strangers[:20]]


def _refuse_two_values(each: Field, present: Mapping[str, Any]) -> None:
    if present.get(each.name, present[each.also]) != present[each.also]:
        text = f"{each.name}: given twice with different values, as {each.name} and {each.also}"
        raise _RULES[each.name][0](text, field=each.name)


def _guidance(given: float | None, model: catalog.Model) -> tuple[float | None, list[str]]:
    if model.guidance is None:
        dropped = f"guidanceScale was dropped: {model.id} takes no guidance scale"
        return None, [] if given is None else [dropped]
    value = model.guidance.default if given is None else given
    if value not in model.guidance:
        limits = f"a number from {model.guidance.min:g} to {model.guidance.max:g}"
        raise wrong("guidanceScale", value, InvalidParams, f"{limits} for {model.id}")
    return value, []


def wrong(name: str, value: Any, kind: type[CallerError], allowed: str) -> CallerError:
    """The error for a field's value that its rule forbids."""
    return kind(f"{name}: must be {allowed}; got {_shown(value)}", field=name)


def _shown(value: Any) -> str:
    """A value as JSON, cut short, for an error message."""
    if isinstance(value, str) and len(value) > 60:
        return f"a text of {len(value)} characters"
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (ValueError, RecursionError):
        return f"a {type(value).__name__}"
    return text if len(text) <= 60 else f"{text[:59]}…"


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _text(value: Any, schema: Mapping[str, Any]) -> str:
    text: str = _of_type(value, str)
    if "enum" in schema and text not in schema["enum"]:
        raise ValueError("none of these")
    if not schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", math.inf):
        raise ValueError("too short or too long")
    if "pattern" in schema and not re.search(schema["pattern"], text):
        raise ValueError("of another form")
    text.encode()  # raises for half a character
    return text


def _whole(value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("no whole number")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < LARGEST:
        raise ValueError("no number")
    return float(value)


def _of_type(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise ValueError("of another type")
    return value
