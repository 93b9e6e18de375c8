"""Validate calls and batch lines against the catalog.

The order is: body, provider, required token, then the fields in the order of `easel.catalog.requests`. The first fault
becomes the error, which names the field, the fault and the allowed values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import ValidationError

from easel import catalog
from easel.catalog.bodies import Body, caller_error, wrong
from easel.catalog.requests import PROVIDERS, GenerateBody, UpscaleBody, qualified_model, read_size
from easel.errors import InvalidParams, InvalidProvider
from easel.front_door import sent_images
from easel.front_door.credentials import read_credentials
from easel.front_door.request_body import read_object
from easel.store.records import GenerationRequest, ValidatedRequest

B = TypeVar("B", bound=Body)


def parse_generate(body: bytes, headers: Mapping[str, str], provider_id: str | None = None) -> ValidatedRequest:
    """Return the request in an HTTP call.

    Args:
        body: the raw body.
        headers: with lower-case names.
        provider_id: the route's provider. A body that names another one is refused.

    Raises:
        CallerError: one of its classes, for the first fault.
        AuthInvalid: the token or the Easel key cannot be valid.
    """
    given = read_object(body)
    provider = read_provider(given, provider_id)
    token, key = read_credentials(provider, headers)
    return validate(given, provider, token, key)


def validate(
    body: Mapping[str, Any], provider: catalog.Provider, token: str | None = None, key: str | None = None
) -> ValidatedRequest:
    """Return the request in a JSON object for a known provider, such as a batch's line. Raise `CallerError`."""
    return generation(validated(GenerateBody, {**body, "provider": provider.id}), token, key)


def generation(body: GenerateBody, token: str | None = None, key: str | None = None) -> ValidatedRequest:
    """Return the request in a validated body. Drop values that the model does not support."""
    model = body.catalog_model
    declared = (
        type(body).model_fields.keys() & GenerationRequest.model_fields.keys()
    )  # without the body's further fields
    fields = body.sized().model_dump(include=set(declared))
    if model.guidance is None:
        fields["guidance_scale"] = None
    if not (model.negative_prompt and body.negative_prompt.strip()):
        fields["negative_prompt"] = ""
    fields["images"], decoded = sent_images.read(body)
    if fields["images"] and not {"width", "height"} & body.model_fields_set and read_size(body.size) is None:
        fields |= {"width": 0, "height": 0}
    request = GenerationRequest(**fields)
    return ValidatedRequest(request, body.warnings, token, key=key, images=decoded, webhook=body.webhook or "")


def line(body: GenerateBody) -> ValidatedRequest:
    """Return the request in a batch's line. Raise `InvalidParams` if it contains a picture instead of a link."""
    valid = generation(body)
    if valid.images:
        raise InvalidParams("image: must be a link in a line of a batch; got the picture itself", field="image")
    if valid.webhook:
        dropped = "webhook was dropped: a line of a batch cannot have one; set `webhook` of the batch instead"
        return replace(valid, warnings=(*valid.warnings, dropped))
    return valid


def parse_upscale(body: bytes, headers: Mapping[str, str]) -> ValidatedRequest:
    """Return the request in a call to `/api/upscale`. Raise the errors of `parse_generate`."""
    given = read_object(body)
    token, key = read_credentials(catalog.upscaling_provider(), headers)
    return upscale(validated(UpscaleBody, given), token, key)


def upscale(body: UpscaleBody, token: str | None = None, key: str | None = None) -> ValidatedRequest:
    """Return the request in a validated body."""
    request = GenerationRequest(
        provider=catalog.upscaling_provider().id,
        model=catalog.UPSCALER,
        source_url=body.url,
        scale=body.scale,
        response_format=body.response_format,
    )
    return ValidatedRequest(request, tuple(body.unknown_fields()), token, key=key, webhook=body.webhook or "")


def load(provider_id: str) -> None:
    """Build the models that a first call to the provider's own route needs."""
    if provider_id == catalog.upscaling_provider().id:
        UpscaleBody.model_rebuild()


def validated(model: type[B], body: Mapping[str, Any]) -> B:
    """Return the body as its model. Raise `CallerError` for the first field that is wrong.

    pydantic's error refers to the one that a validator raised. A reference back, as a cause or a context, would be a
    cycle that Python's garbage collector cannot see, and would keep the body in memory.
    """
    try:
        return model.model_validate(body)
    except ValidationError as error:
        refusal = caller_error(model, error.errors(include_url=False))
    raise refusal


def read_provider(body: Mapping[str, Any], provider_id: str | None = None) -> catalog.Provider:
    """Return the body's provider, or the default. Raise `InvalidProvider` if it is unknown or not the route's."""
    entry = qualified_model(body)
    named = entry[0].id if entry else body.get("provider")
    if named is not None and not (isinstance(named, str) and named):
        raise wrong("provider", named, InvalidProvider, f"one of: {PROVIDERS}")
    wanted = catalog.provider(named) if named else catalog.default_provider()
    if provider_id and named and wanted.id != provider_id:
        raise InvalidProvider(
            f"provider: this path serves only {catalog.name_of(provider_id)}; for {named[:100]!r} call /api/generate",
            field="provider",
        )
    return catalog.provider(provider_id) if provider_id else wanted
