"""The adapter for Hugging Face Spaces: builds a Space's arguments and reads its output.

Serves `POST /api/providers/huggingface/generate` and `POST /api/upscale`. Spaces differ in their arguments, sizes and
outputs. `catalog.toml` lists arguments and sizes; this module finds the picture and the seed in any output.
"""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from easel import catalog
from easel.catalog import Space, stored_overlay
from easel.catalog.models import fields_of
from easel.common import public_urls
from easel.common.provider_text import message
from easel.errors import GenerationFailed, InternalError, InvalidParams, NoPicture
from easel.handler import lambda_handler
from easel.providers import inline_images, source_links
from easel.providers.adapter import GeneratedImage, Run
from easel.providers.allowances import number_in, read_json
from easel.providers.http import Http
from easel.providers.token_use import Allowance
from easel.store.records import GenerationRequest, own_picture
from space_client import Spaces
from space_connection import SpaceCall, host_of
from space_error_rules import name_of_space
from space_errors import failure_of_link

PROVIDER = "huggingface"
QUOTA_URL = "https://huggingface.co/api/spaces/zero-gpu/quota"
"""See docs/providers/huggingface.md#zerogpu."""
ZERO_GPU_HOSTS = ".hf.space"
OUTPUT_DEPTH = 5
"""Maximum nesting of lists and objects around a picture in an endpoint's output. An update of a gallery has four."""
MAX_SEED = 10**18
INVALID_SEED = "the Space's seed was dropped: it is not a whole number of at most 18 digits"


class HuggingFace:
    """Generates and enlarges pictures through Spaces."""

    def __init__(self, http: Http | None = None) -> None:
        self._spaces = Spaces()
        self._http = http or Http(PROVIDER)

    def generate(self, request: GenerationRequest, token: str | None, run: Run) -> GeneratedImage:
        spaces = spaces_of(request)
        with source_of(request) as image:
            calls = [SpaceCall(space.url, space.endpoint, arguments_of(space, request, image)) for space in spaces]
            accepted, output = self._spaces.call(calls, token, run)
        space = spaces[calls.index(accepted)]
        picture = read_output(output, space.url, token)
        warnings = (*picture.warnings, *warnings_of(space, spaces[0]))
        return replace(picture, space=address_of(space.url), warnings=warnings)

    def allowance(self, token: str) -> Allowance | None:
        """Return the token's remaining seconds of ZeroGPU, or None if they are unknown or the Hub hosts no Space."""
        provider = catalog.provider(PROVIDER)
        spaces = (space for model in provider.models for space in provider.spaces(model.id))
        if not any(host_of(space.url).endswith(ZERO_GPU_HOSTS) for space in spaces):
            return None
        body = read_json(self._http, QUOTA_URL, token)
        left = number_in(body, "current")
        return (
            None if left is None else Allowance(left, "seconds", number_in(body, "base"), _moment(body.get("resetsAt")))
        )


def _moment(text: Any) -> float | None:
    """Parse an ISO 8601 time into seconds since the epoch. Return None for anything else."""
    with suppress(TypeError, ValueError):
        return datetime.fromisoformat(text).timestamp()
    return None


def spaces_of(request: GenerationRequest) -> tuple[Space, ...]:
    """Return the Spaces that can serve the request, in the order of preference. Settings may replace their URLs.

    Raise `InternalError` if there is no such Space.
    """
    spaces = stored_overlay.provider_with(request.provider, request.model).spaces(request.model)
    able = tuple(space for space in spaces if space.most_steps is None or request.steps <= space.most_steps)
    if not able:
        raise InternalError(f"the catalog has no Space for {request.model}")
    return able


def address_of(url: str) -> str:
    """Return the Space's URL without user name and password, for callers."""
    return urlsplit(url)._replace(netloc=host_of(url)).geturl()


def arguments_of(space: Space, request: GenerationRequest, image: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the endpoint's arguments by name. `"{field}"` in the catalog is replaced by that field of the request."""
    width, height = (space.sides.nearest(side) if space.sides else side for side in (request.width, request.height))
    ratio = nearest_ratio(space.ratios, request.width, request.height)
    values = {**request.model_dump(by_alias=False), "width": width, "height": height, "ratio": ratio, "image": image}
    return {**space.arguments, **{name: values[field] for name, field in fields_of(space.arguments).items()}}


def warnings_of(space: Space, first: Space) -> tuple[str, ...]:
    """Return warnings about a picture of this Space: another Space refused it first, or the Space ignores the seed."""
    warnings = []
    if space.url != first.url:
        refused, used = (name_of_space(host_of(each.url)) for each in (first, space))
        other = used.replace("the", "another", 1)
        warnings.append(f"{refused} did not accept this call or a recent one; {other} generated the picture")
    if space.ignores_seed:
        warnings.append("the Space ignores the seed: this picture cannot be reproduced")
    return tuple(warnings)


def nearest_ratio(ratios: Mapping[str, tuple[int, int]], width: int, height: int) -> str | None:
    """Return the Space's name for the aspect ratio nearest to the requested one, on a logarithmic scale."""
    if not ratios:
        return None
    requested = math.log(width / height)
    return min(ratios, key=lambda name: abs(math.log(ratios[name][0] / ratios[name][1]) - requested))


def read_output(output: Any, url: str, token: str | None) -> GeneratedImage:
    """Return the first picture among an endpoint's outputs. The seed is another output: a number, or a text with it."""
    outputs = list(output) if isinstance(output, list | tuple) else [output]
    link = next((link for value in outputs if (link := _link(value, url))), None)
    if link is None:
        raise NoPicture(
            f"{name_of_space(host_of(url))} reported success, but returned no picture that Easel can read. It has "
            "used GPU time, so Easel does not retry automatically; try again, or use another model or provider",
            provider="huggingface",
            upstream=message(list(output) if isinstance(output, tuple) else output),
        )
    rest = [value for value in outputs if not _link(value, url)]
    seed = next((seed for value in rest if (seed := read_seed(value)) is not None), None)
    odd = seed is None and any(isinstance(value, int | float) and not isinstance(value, bool) for value in rest)
    return GeneratedImage(
        origin=url,
        url=link,
        seed=seed,
        headers={"x-hf-authorization": f"Bearer {token}"} if token else {},
        warnings=(INVALID_SEED,) if odd else (),
    )


def _link(value: Any, url: str, depth: int = OUTPUT_DEPTH) -> str | None:
    """Return the first picture's link in an output value, or None without a picture.

    The value may be a FileData, a list, a gallery or an update. A FileData without a URL has a path, which is converted
    to a link. Old Spaces return the picture itself, as a `data:` link or in base64.
    """
    if not depth:
        return None
    if isinstance(value, str) and inline_images.is_inline(value):
        return value
    if isinstance(value, list | tuple):
        return next((link for item in value if (link := _link(item, url, depth - 1))), None)
    if not isinstance(value, Mapping):
        return None
    link, path = (_plain(value.get(name)) for name in ("url", "path"))
    if isinstance(link, str) and _scheme(link) in ("https", "http", "data"):
        return link
    if isinstance(path, str) and path:
        return f"{url}/gradio_api/file={quote(path)}"
    return next((link for name in ("image", "value") if (link := _link(value.get(name), url, depth - 1))), None)


def _plain(text: Any) -> Any:
    """Replace lone surrogates in a text by `?`, because a link may not contain them. Return other values unchanged."""
    return text.encode("utf-8", "replace").decode() if isinstance(text, str) else text


def _scheme(link: str) -> str:
    """Return the link's scheme in lower case, or "" if the link is not a URL."""
    try:
        return urlsplit(link).scheme
    except ValueError:
        return ""


def read_seed(value: Any) -> int | None:
    """Return the seed in `7`, `7.0` or `"Seed used for generation: 7"`. None if the value has no usable number."""
    if isinstance(value, str):
        match = re.search(r"(?<![0-9])[0-9]{1,18}(?![0-9])", value[:1000])
        return int(match[0]) if match else None
    whole = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= MAX_SEED
    return int(value) if whole and value == int(value) else None


@contextmanager
def source_of(request: GenerationRequest) -> Iterator[dict[str, Any] | None]:
    """Yield the picture to enlarge as a Gradio FileData. Yield None if the request does not enlarge a picture.

    A picture that Easel stores is uploaded as bytes, because the Space may not be able to reach this deployment. The
    front door has checked that the caller may read it.

    Raises:
        InvalidParams: the link leads to a private address, or the Space could not read the picture behind it.
    """
    if not request.scale:
        yield None
        return
    data = source_links.stored(request.source_url, "url")
    if data is None:
        if not public_urls.is_public(request.source_url):
            raise InvalidParams(
                "url: leads to a private address; the Space accepts only links to public addresses", field="url"
            )
        with _link_errors():
            yield {"path": request.source_url, "meta": {"_type": "gradio.FileData"}}
        return
    with tempfile.TemporaryDirectory(prefix="easel-", ignore_cleanup_errors=True) as folder:
        file = Path(folder, own_picture(request.source_url))
        file.write_bytes(data)
        yield {"path": str(file), "orig_name": file.name, "meta": {"_type": "gradio.FileData"}}


@contextmanager
def _link_errors() -> Iterator[None]:
    """Convert a Space's failure to read the picture behind a link into the caller's error."""
    try:
        yield
    except GenerationFailed as error:
        failure = failure_of_link(error.upstream or "")
        if failure:
            raise failure.error() from error
        raise


handler = lambda_handler("huggingface", lambda provider: HuggingFace())
