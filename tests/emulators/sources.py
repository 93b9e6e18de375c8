"""Source pictures in requests: `data:` links in JSON, and files in a form."""

import base64
import io
import re
from collections.abc import Mapping
from typing import Any

from PIL import Image
from starlette.datastructures import UploadFile
from starlette.requests import Request

from tests.emulators.fields import FieldError, read_json

MOST = 3
_LINK = re.compile(r"data:image/\w+;base64,(.+)", re.S)
_NUMBERS = ("num_inference_steps", "seed", "guidance_scale", "cfg_scale", "num_images_per_prompt")


def of_links(body: Mapping[str, Any], field: str) -> tuple[bytes, ...]:
    """Return the pictures in a field with a `data:` link or a list of them. Raise `FieldError`."""
    given = body.get(field) or []
    links = given if isinstance(given, list) else [given]
    matches = [_LINK.fullmatch(link) if isinstance(link, str) else None for link in links]
    try:
        return checked([base64.b64decode(match[1], validate=True) if match else b"" for match in matches], field)
    except ValueError as error:
        raise FieldError(field) from error


def checked(files: list[bytes], field: str) -> tuple[bytes, ...]:
    """Return the files. Raise `FieldError` if one is not a picture or there are too many."""
    try:
        for file in files:
            Image.open(io.BytesIO(file)).load()
    except (OSError, ValueError) as error:
        raise FieldError(field) from error
    if len(files) > MOST:
        raise FieldError(field)
    return tuple(files)


def size_of(sources: tuple[bytes, ...]) -> tuple[int, int]:
    """Return the default width and height of a picture: those of its first source picture."""
    if not sources:
        return 1024, 1024
    width, height = Image.open(io.BytesIO(sources[0])).size
    return max(256, min(2048, width)), max(256, min(2048, height))


async def read_body(request: Request) -> tuple[Any, list[bytes]]:
    """Return a call's JSON, or its form's fields and the files in `image`."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await read_json(request), []
    async with request.form() as form:
        files = [await each.read() for each in form.getlist("image") if isinstance(each, UploadFile)]
        texts = {name: value for name, value in form.items() if isinstance(value, str)}
    return {name: _number(value) if name in _NUMBERS else value for name, value in texts.items()}, files


def _number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
