"""`/v1/images/edits`: change pictures. Accepts a form or JSON, and responds like `/v1/images/generations`.

A form is converted to a JSON call, so that a retry has the same body although its boundary differs. That body names
each file by its digest, and the files are passed separately, because JSON would hold a large picture several times.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Annotated, Any, Self

from fastapi import APIRouter, Body, Depends, Request, Response
from pydantic import BaseModel, Field, field_validator, model_validator
from starlette.datastructures import MutableHeaders
from starlette.types import Message

import form_data
import request_examples
from dependencies import IDEMPOTENCY_KEY, Call, JsonRequest, JsonRoute, check_batches, generates
from easel import settings
from easel.budgets import keys
from easel.budgets.keys import Key
from easel.errors import InvalidDimensions, InvalidModel, InvalidParams, InvalidPrompt, NotFound, PayloadTooLarge
from easel.front_door.v1_format import ImagesBody, stands_for_cheapest, with_model
from easel.front_door.v1_response_models import OpenAiImages, OpenAiTask
from easel.store import source_images
from error_responses import REQUEST_ERRORS, WORK_ERRORS, error_responses
from openapi import described
from v1 import credentials, files, images
from v1.credentials import Credentials, images_credentials
from v1.image_answers import EDITED

_IMAGE = re.compile(r"images?(\[\d*\])?")
MAX_IMAGES = 16
"""OpenAI's limit, which is higher than any model's. Files are loaded before the model's own limit is known."""
MAX_FILES_BYTES = 10 * 1024 * 1024
"""Maximum bytes of all files that a call names. The function's memory would not suffice for more."""
_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,18})?")
PICTURES = "easel.pictures"
"""Key in a request's scope: the pictures of a form, as links or in base64. The body has a digest for each file."""


class ImageReference(BaseModel):
    """A source picture: either `image_url` or `file_id`."""

    image_url: str = Field("", description="http(s) link or `data:` link", examples=["https://example.com/cat.png"])
    file_id: str = Field("", description="id of a file with the purpose `vision`", examples=[request_examples.FILE])


class EditsBody(ImagesBody):
    """A request to change pictures, in OpenAI's format."""

    images: list[ImageReference] = Field([], description="same as `image`: its name in OpenAI's JSON bodies")
    mask: Any = Field(None, description="refused: no model accepts a mask")
    input_fidelity: Any = Field(None, description="accepted and ignored")

    @field_validator("mask")
    @classmethod
    def _is_absent(cls, mask: Any) -> None:
        raise InvalidParams(
            "mask: no model accepts a mask; describe in the prompt what to change and where", field="mask"
        )

    @model_validator(mode="after")
    def _has_an_image(self) -> Self:
        if not self.sent_images:
            text = "required; send a source picture: a file in a form, or image or images in JSON"
            raise InvalidParams(f"image: {text}", field="image")
        return self


NUMBERS = EditsBody.names_of(int, float)
FLAGS = EditsBody.names_of(bool)


class EditsRequest(JsonRequest):
    """Moves `images` into `image`, and replaces a name for the cheapest model by a model that the caller can use."""

    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            sent = await super().json() | self.scope.get(PICTURES, {})
            body = {name: value for name, value in sent.items() if value is not None}
            given = with_images({"model": settings.CHEAPEST, **body}, _Files(self.headers).load)
            self.scope[credentials.BY_ALIAS] = stands_for_cheapest(given)
            self._json = with_model(given, partial(credentials.allowed, self.headers, edits=True))
        return self._json


class EditsRoute(JsonRoute):
    request_class = EditsRequest

    def get_route_handler(self) -> Callable[[Request], Any]:
        handle = super().get_route_handler()

        async def read_form(request: Request) -> Response:
            response: Response = await handle(await _as_json(request) if form_data.is_form(request) else request)
            return response

        return read_form


router = APIRouter(prefix="/v1/images/edits", tags=["openai"], route_class=EditsRoute)


@router.post(
    "",
    summary="Change pictures, or combine several into one",
    response_model=OpenAiImages,
    response_description="The pictures",
    responses={
        200: images.STREAMED,
        202: described("The task, for `async`", OpenAiTask, "Location", "Retry-After", "Cache-Control"),
        **images.WAITING,
        **error_responses(InvalidModel, InvalidPrompt, InvalidDimensions, *REQUEST_ERRORS, *WORK_ERRORS, v1=True),
    },
    openapi_extra={**generates(IDEMPOTENCY_KEY), **request_examples.EDIT_FORM},
)
async def edit_images(
    credentials: Annotated[Credentials, Depends(images_credentials)],
    body: Annotated[EditsBody, Body(openapi_examples=request_examples.EDITS)],
    call: Call,
) -> Response:
    """Changes pictures, for `client.images.edit` of OpenAI's SDKs.

    The body is a form with the pictures as files in `image` or `image[]`, or JSON with `images` or `image`. The other
    fields are those of `/v1/images/generations`. Models with `edits` in `/v1/models` support it. Without `model`, Easel
    uses the cheapest such model for the caller's token. No model accepts a `mask`.
    """
    return images.create(body, credentials, call, EDITED)


def with_images(body: Mapping[str, Any], load: Callable[[str], str]) -> dict[str, Any]:
    """Return the body with OpenAI's `images` moved to `image`. `load` returns the file with an id, in base64."""
    listed, own = body.get("images"), body.get("image")
    rest = {name: value for name, value in body.items() if name != "images"}
    if listed is None:
        return rest
    if not isinstance(listed, list):
        raise _invalid_reference()
    if len(listed) > MAX_IMAGES:
        raise InvalidParams(f"images: must have at most {MAX_IMAGES} entries; got {len(listed)}", field="images")
    first = own if isinstance(own, list) else [] if own is None else [own]
    return {**rest, "image": [*first, *(_referenced(each, load) for each in listed)]}


def _referenced(reference: Any, load: Callable[[str], str]) -> str:
    """Return a reference's link, or its file in base64."""
    given = reference if isinstance(reference, dict) else {"image_url": reference}
    link, file_id = given.get("image_url"), given.get("file_id")
    link = link.get("url") if isinstance(link, dict) else link  # the format of chat completions
    if isinstance(link, str) and link and not file_id:
        return link
    if isinstance(file_id, str) and file_id and not link:
        return load(file_id)
    raise _invalid_reference()


def _invalid_reference() -> InvalidParams:
    expected = 'a list of {"image_url": "https://…"} or {"file_id": "file-…"}'
    return InvalidParams(f"images: must be {expected}", field="images")


class _Files:
    """The files that a call names, read with the caller's key."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers, self._size = headers, 0

    @cached_property
    def _key(self) -> Key:
        return check_batches(keys.get(keys.required(credentials.with_only_key(self._headers))))

    def load(self, file_id: str) -> str:
        """Return a file in base64. Raise `KeyRequired`, `InvalidParams` or `PayloadTooLarge`."""
        try:
            file = files.find(file_id, self._key)
        except NotFound as error:
            raise InvalidParams(f"images: {error.message}", field="images") from error
        source_images.check_size(file.size)
        self._size += file.size
        if self._size > MAX_FILES_BYTES:
            limit = f"files must have at most {MAX_FILES_BYTES >> 20} MB in all; make them smaller, or send links"
            raise PayloadTooLarge(f"images: {limit}", field="images")
        return base64.b64encode(source_images.read(file.place) or b"").decode()


async def _as_json(request: Request) -> Request:
    """Convert a form to a JSON call."""
    given: dict[str, Any] = {}
    pictures: dict[str, list[str]] = {}
    # A separate request, so that the form's body is freed with it.
    parts = await form_data.read_parts(Request(request.scope, request.receive))
    while parts:
        name, part = parts.pop(0)
        if _IMAGE.fullmatch(name):
            value = base64.b64encode(part[1]).decode() if isinstance(part, tuple) else part
            if value:
                seen = hashlib.sha256(part[1]).hexdigest() if isinstance(part, tuple) else part
                given.setdefault("image", []).append(seen)
                pictures.setdefault("image", []).append(value)
        elif text := part if isinstance(part, str) else part[1].decode("utf-8", "replace"):
            given[name] = _typed(name, text)
    body = json.dumps(given).encode()
    headers = MutableHeaders(raw=list(request.scope["headers"]))
    headers["content-type"], headers["content-length"] = "application/json", str(len(body))

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request({**request.scope, "headers": headers.raw, PICTURES: pictures}, receive)


def _typed(name: str, text: str) -> Any:
    """Convert a field to its type. Return a text that does not convert unchanged, so that it fails validation."""
    if name in FLAGS and text.strip().lower() in ("true", "false"):
        return text.strip().lower() == "true"
    if name in NUMBERS and _NUMBER.fullmatch(text.strip()):
        return float(text) if "." in text else int(text)  # JSON has no number such as 007
    return text
