"""The pictures that a call brings to start from: links are checked, bytes are decoded, checked and given their keys."""

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
    """Return the addresses of a body's pictures for the job, and the bytes of pictures in the body, by key.

    Raises:
        InvalidParams: the model takes none, or fewer, or needs one; or a picture cannot be one.
        PayloadTooLarge: a picture has too many bytes.
    """
    model, given = body.catalog_model, body.sent_images
    named = f"{model.id} of {catalog.name_of(body.provider)}"
    if given and not model.edits:
        raise _invalid(f"{named} takes no picture to start from; these models do: {catalog.editing_models()}")
    if model.needs_image and not given:
        raise _invalid(f"required; {named} changes a picture, and draws nothing from a prompt alone")
    if len(given) > model.max_images:
        raise _invalid(f"{named} takes at most {model.max_images}; got {len(given)}")
    brought: dict[str, bytes] = {}
    return tuple(_address(text.strip(), brought) for text in given), brought


def _address(text: str, brought: dict[str, bytes]) -> str:
    """Return a link as it is; for bytes the key, under which they are added to `brought`."""
    if _LINK.match(text):
        if len(text) <= MAX_LINK and (public_urls.is_public(text) or public_urls.is_own_picture(text)):
            return text
        raise _broken(text)
    try:
        picture = source_images.validated(inline_images.decode(text, ""))
    except ProviderError as error:
        raise _broken(text) from error
    brought[picture.key] = picture.data
    return picture.key


def _broken(text: str) -> CallerError:
    return GenerateBody.rule("image").broken_by(text)


def _invalid(what: str) -> InvalidParams:
    return InvalidParams(f"image: {what}", field="image")
