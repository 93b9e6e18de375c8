"""Validates what a client asks for against the catalog, and makes the request of it.

The order is: body, provider, token present where required, then the fields from model to responseFormat.
The first thing wrong is the answer: it names the field, what was wrong and what is allowed.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_core import from_json

from easel import catalog, links
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
from easel.jobs import Request

MAX_BODY = 50 * 1024  # bytes
MAX_SEED = 2**31 - 1
MAX_TOKEN = 4096  # characters


def _whole(value: Any) -> Any:
    """Turns `9.0` into 9. Any other value is left to pydantic's strict check."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _finite_number(value: Any) -> Any:
    """Turns an integer into a float. An integer too large for that is left to pydantic's strict check."""
    return float(value) if type(value) is int and abs(value) < 2**53 else value


Body = TypeVar("Body", bound=BaseModel)
Whole = Annotated[int, BeforeValidator(_whole)]
Side = Annotated[Whole | None, Field(default=1024, ge=256, le=2048)]


class GenerateBody(BaseModel):
    """Body of a generation, with the rules that hold for every model. `null` means absent."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True, allow_inf_nan=False)

    provider: str | None = Field(catalog.default_provider().id, description=f"one of {', '.join(catalog.providers())}")
    model: str | None = Field(None, description="a model of that provider; its first when absent")
    prompt: Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=r"\S")]
    negativePrompt: Annotated[str, StringConstraints(max_length=4000)] | None = Field(
        None,
        validation_alias=AliasChoices("negativePrompt", "negative_prompt"),
        description="what should not be in the picture; dropped with a warning where the model takes none",
    )
    width: Side
    height: Side
    steps: Whole | None = Field(
        None,
        validation_alias=AliasChoices("steps", "num_inference_steps"),
        description="within the model's range",
    )
    guidanceScale: Annotated[float, BeforeValidator(_finite_number)] | None = Field(
        None,
        validation_alias=AliasChoices("guidanceScale", "guidance_scale"),
        description="within the model's range; dropped with a warning where the model takes none",
    )
    seed: Annotated[Whole | None, Field(default=None, ge=0, le=MAX_SEED, description="random when absent")]
    responseFormat: Literal["url", "b64_json"] | None = Field(
        "url",
        validation_alias=AliasChoices("responseFormat", "response_format"),
        description="`b64_json` adds the picture itself as `imageDetails.b64Json`",
    )


class UpscaleBody(BaseModel):
    """Body of `POST /api/upscale`."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True, allow_inf_nan=False)

    url: Annotated[
        str, StringConstraints(min_length=1, max_length=2048), Field(description="http(s) link to a picture")
    ]
    scale: Annotated[Whole | None, Field(default=4, ge=1, le=4, description="how many times as large")]
    responseFormat: Literal["url", "b64_json"] | None = Field(
        "url", validation_alias=AliasChoices("responseFormat", "response_format")
    )


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


@dataclass(frozen=True)
class ValidatedRequest:
    """A request that the catalog allows. The token is kept apart, so that it is neither stored nor printed with it."""

    request: Request
    warnings: tuple[str, ...]
    token: str | None = field(repr=False, default=None)
    spare_tokens: tuple[str, ...] = field(repr=False, default=())
    """The caller's further tokens, each for when the one before is refused or limited."""


def parse_generate(body: bytes, headers: Mapping[str, str], provider_id: str | None = None) -> ValidatedRequest:
    """The request in an HTTP call.

    Args:
        body: the raw body.
        headers: with lower-case names.
        provider_id: the provider that the route names; a body that names another one is refused.

    Raises:
        CallerError: one of its classes, for the first thing wrong.
        AuthInvalid: the token cannot be one.
    """
    fields = read_object(body)
    provider = read_provider(fields, provider_id)
    token = read_token(provider, headers)
    return validate(fields, provider, token)


def validate(fields: Mapping[str, Any], provider: catalog.Provider, token: str | None = None) -> ValidatedRequest:
    """The request in a JSON object, for a provider already known: a batch's line comes in here."""
    model = provider.model(_text_or_none(fields, "model"))
    limits = {"steps": f"a whole number from {model.steps.min} to {model.steps.max} for {model.id}"}
    given, warnings = _validated(GenerateBody, fields, limits)
    steps = int(model.steps.default) if given.steps is None else given.steps
    if steps not in model.steps:
        raise _wrong("steps", steps, InvalidParams, limits["steps"])
    guidance, dropped = _guidance(given.guidanceScale, model)
    negative = ((given.negativePrompt or "").strip() and given.negativePrompt) or ""
    if negative and not model.negative_prompt:
        dropped.append(f"negativePrompt was dropped: {model.id} of {provider.id} takes no negative prompt")
        negative = ""
    request = Request(
        provider=provider.id,
        model=model.id,
        prompt=given.prompt,
        negative_prompt=negative,
        width=given.width or 1024,
        height=given.height or 1024,
        steps=steps,
        guidance=guidance,
        seed=secrets.randbelow(MAX_SEED + 1) if given.seed is None else given.seed,
        response_format=given.responseFormat or "url",
    )
    return ValidatedRequest(request, (*warnings, *dropped), token)


def parse_upscale(body: bytes, headers: Mapping[str, str]) -> ValidatedRequest:
    """The request in a call to `/api/upscale`; raises as `parse_generate` does."""
    fields = read_object(body)
    provider = catalog.upscaling_provider()
    token = read_token(provider, headers)
    given, warnings = _validated(UpscaleBody, fields)
    if not links.is_public(given.url) and not links.is_own_picture(given.url):
        raise _wrong("url", given.url, *_RULES["url"])
    request = Request(
        provider=provider.id,
        model=catalog.UPSCALER,
        source_url=given.url,
        scale=given.scale or 4,
        response_format=given.responseFormat or "url",
    )
    return ValidatedRequest(request, tuple(warnings), token)


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body. Raises `PayloadTooLarge`, or `InvalidRequest` with the field `body`."""
    if len(body) > MAX_BODY:
        raise PayloadTooLarge(f"body: {len(body)} bytes are too many; at most {MAX_BODY} are taken", field="body")
    try:
        fields = from_json(body.decode(), allow_inf_nan=False)
    except UnicodeDecodeError as error:
        raise InvalidRequest("body: must be a JSON object; it is not UTF-8 text", field="body") from error
    except ValueError as error:
        raise InvalidRequest(f"body: must be a JSON object; it is not JSON: {error}"[:300], field="body") from error
    if not isinstance(fields, dict):
        raise InvalidRequest(f"body: must be a JSON object, not {_shown(fields)}", field="body")
    return fields


def read_hop(hop: str) -> int:
    """How often a caller was sent to wait on; raises `InvalidRequest`."""
    if not (hop.isascii() and hop.isdigit() and len(hop) < 3):
        raise InvalidRequest("hop: must be a whole number, as the address says that a call was sent to", field="hop")
    return int(hop)


def read_token(provider: catalog.Provider, headers: Mapping[str, str]) -> str | None:
    """The token in the provider's own header. Raises `AuthRequired` without one where one is required."""
    token = headers.get(provider.auth_header.lower(), "").strip()
    if not token and provider.auth_required:
        raise AuthRequired(
            f"{provider.name} needs a token: send it in the header {provider.auth_header}; "
            f"get one at {provider.token_url}",
            provider=provider.id,
            field=provider.auth_header,
        )
    if len(token) > MAX_TOKEN or not all("!" <= character <= "~" for character in token):
        raise AuthInvalid(
            f"the header {provider.auth_header} holds no token: it must be one line of visible ASCII characters",
            provider=provider.id,
            field=provider.auth_header,
        )
    return token or None


def read_provider(fields: Mapping[str, Any], provider_id: str | None = None) -> catalog.Provider:
    """The provider that a body names, or the default; raises `InvalidProvider`, also when the route names another."""
    named = _text_or_none(fields, "provider")
    if provider_id and named not in (None, provider_id):
        raise InvalidProvider(
            f"provider: this address is {provider_id}'s; for {named[:100]!r} call /api/generate",
            field="provider",
        )
    return catalog.provider(wanted) if (wanted := provider_id or named) else catalog.default_provider()


def _text_or_none(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is None or (isinstance(value, str) and value):
        return value
    kind, allowed = _RULES[name]
    raise _wrong(name, value, kind, allowed.format(providers=", ".join(catalog.providers())))


def _validated(
    kind: type[Body], fields: Mapping[str, Any], limits: Mapping[str, str] | None = None
) -> tuple[Body, list[str]]:
    """The body as a model, and a warning for each field that nobody knows; `limits` word the model's own rules."""
    present = {name: value for name, value in fields.items() if value is not None}
    _refuse_two_spellings(kind, present)
    try:
        body = kind.model_validate(present)
    except ValidationError as error:
        raise _first_error(kind, error, limits or {}) from error
    known = {spelling for name in kind.model_fields for spelling in _spellings(kind, name)}
    unknown = sorted(set(body.model_extra or {}) - known)  # a second spelling that says the same is no stranger
    return body, [f"unknown field ignored: {name[:100]!r}" for name in unknown[:20]]


@cache
def _spellings(kind: type[BaseModel], name: str) -> list[str]:
    alias = kind.model_fields[name].validation_alias
    return [str(choice) for choice in alias.choices] if isinstance(alias, AliasChoices) else [name]


def _refuse_two_spellings(kind: type[BaseModel], present: Mapping[str, Any]) -> None:
    for name in kind.model_fields:
        given = [spelling for spelling in _spellings(kind, name) if spelling in present]
        if len(given) > 1 and any(present[spelling] != present[given[0]] for spelling in given):
            raise _RULES[name][0](f"{name}: given twice with different values, as {' and '.join(given)}", field=name)


def _first_error(kind: type[BaseModel], error: ValidationError, limits: Mapping[str, str]) -> CallerError:
    """The error of the field that comes first in the model, in Easel's words."""
    names = {spelling: name for name in kind.model_fields for spelling in _spellings(kind, name)}
    order = list(kind.model_fields)
    first = min(error.errors(include_url=False), key=lambda item: order.index(names[str(item["loc"][0])]))
    name = names[str(first["loc"][0])]
    cause, general = _RULES[name]
    allowed = limits.get(name, general)
    if first["type"] == "missing":
        return cause(f"{name}: required; must be {allowed}", field=name)
    return _wrong(name, first["input"], cause, allowed)


def _guidance(given: float | None, model: catalog.Model) -> tuple[float | None, list[str]]:
    if model.guidance is None:
        dropped = f"guidanceScale was dropped: {model.id} takes no guidance scale"
        return None, [] if given is None else [dropped]
    value = model.guidance.default if given is None else given
    if value not in model.guidance:
        limits = f"a number from {model.guidance.min:g} to {model.guidance.max:g}"
        raise _wrong("guidanceScale", value, InvalidParams, f"{limits} for {model.id}")
    return value, []


def _wrong(name: str, value: Any, kind: type[CallerError], allowed: str) -> CallerError:
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
