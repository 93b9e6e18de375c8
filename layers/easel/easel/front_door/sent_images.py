"""Validate the source pictures of a call. They are links, or bytes in base64."""

from __future__ import annotations

import re
from collections.abc import Mapping

from easel import catalog
from easel.catalog.requests import GenerateBody
from easel.common import public_urls
from easel.errors import CallerError, InvalidParams, ProviderError
from easel.providers import inline_images
from easel.store import source_images

MAX_LINK = 2048  # characters
_LINK = re.compile(r"https?://", re.I)


def read(body: GenerateBody) -> tuple[tuple[str, ...], Mapping[str, bytes]]:
    """Return the job's source pictures as links and object keys, and the bytes for each of the keys.

    Raises:
        InvalidParams: the model accepts no source pictures or fewer, or requires one, or a picture is invalid.
        PayloadTooLarge: a picture has too many bytes.
    """
    model, given = body.catalog_model, body.sent_images
    named = f"{model.id} of {catalog.name_of(body.provider)}"
    if given and not model.edits:
        raise _invalid(f"{named} does not accept source pictures; these models do: {catalog.editing_models()}")
    if model.needs_image and not given:
        raise _invalid(f"required; {named} only edits pictures, and cannot generate one from a prompt alone")
    if len(given) > model.max_images:
        raise _invalid(f"{named} accepts at most {model.max_images}; got {len(given)}")
    decoded: dict[str, bytes] = {}
    return tuple(_link_or_key(text.strip(), decoded) for text in given), decoded


def _link_or_key(text: str, decoded: dict[str, bytes]) -> str:
    """Return a link unchanged. Add the bytes of base64 to `decoded`, and return their key."""
    if _LINK.match(text):
        if len(text) <= MAX_LINK and (public_urls.is_public(text) or public_urls.is_own_picture(text)):
            return text
        raise _malformed(text)
    try:
        picture = source_images.validated(inline_images.decode(text, ""))
    except ProviderError as error:
        raise _malformed(text) from error
    decoded[picture.key] = picture.data
    return picture.key


def _malformed(text: str) -> CallerError:
    return GenerateBody.rule("image").broken_by(text)


def _invalid(what: str) -> InvalidParams:
    return InvalidParams(f"image: {what}", field="image")
