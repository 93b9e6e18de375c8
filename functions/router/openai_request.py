"""The body of `POST /v1/images/generations`, read: OpenAI's fields, and Easel's own as extra ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import openai_models
import openai_tokens
from easel import validation
from easel.errors import CallerError, InvalidDimensions, InvalidModel, InvalidParams, InvalidRequest
from easel.jobs import ValidatedRequest
from easel.validation import GENERATE, MAX_SEED, Field, wrong

MOST = 10
"""Pictures of one call."""
OURS = {each.name: each.schema for each in GENERATE}
IGNORED = ("background", "moderation", "output_compression", "output_format", "partial_images", "quality", "style")
"""Settings of OpenAI's own models."""
FIELDS = (
    Field("prompt", OURS["prompt"], required=True),
    Field("model", {"type": "string", "description": "as `/v1/models` lists them; the first one when absent"}),
    Field("n", {"type": "integer", "minimum": 1, "maximum": MOST, "default": 1, "description": "how many pictures"}),
    Field(
        "size",
        {
            "type": "string",
            "pattern": r"^([0-9]{1,5}x[0-9]{1,5}|auto)$",
            "default": "auto",
            "description": "width and height, each from 256 to 2048",
        },
    ),
    Field(
        "response_format",
        {"type": "string", "enum": ["url", "b64_json"], "description": "`url` when absent, but for `gpt-image-…`"},
    ),
    Field("seed", {**OURS["seed"], "description": "random when absent; the next picture's is one higher"}),
    Field("steps", OURS["steps"], also="num_inference_steps"),
    Field("guidance_scale", OURS["guidanceScale"], also="cfg_scale"),
    Field("negative_prompt", OURS["negativePrompt"]),
    Field("user", {"type": "string", "description": "whatever a program has here; it is not kept"}),
    Field("stream", {"type": "boolean", "default": False, "description": "pictures are not streamed"}),
    *(Field(name, {"description": "accepted; a warning tells that it was ignored"}) for name in IGNORED),
)
"""The body, for readers; `n` and `size` are read by it, the others as those of `/api/generate`."""
NAMES = {"negativePrompt": "negative_prompt", "guidanceScale": "guidance_scale", "responseFormat": "response_format"}
"""What a caller of `/v1` calls what `/api` calls otherwise."""


def read(body: bytes, headers: Mapping[str, str]) -> list[ValidatedRequest]:
    """What a call asks for, one request for each picture; `headers` have lower-case names.

    It is judged in this order: body, model, token present where required, then the fields. Raises `CallerError`, or
    `AuthInvalid` for what cannot be a token or a key.
    """
    given = {name: value for name, value in validation.read_object(body).items() if value is not None}
    name = given.get("model", "")
    if not isinstance(name, str):
        raise wrong("model", name, InvalidModel, "a text, one of those that GET /v1/models lists")
    provider, model = openai_models.find(name) if "model" in given else openai_models.default()
    brought = openai_tokens.read(provider, headers)
    if given.get("stream"):
        raise InvalidRequest("stream: pictures are not streamed here; leave it out, or send false", field="stream")
    count = _read("n", given, InvalidParams, f"a whole number from 1 to {MOST}") or 1
    ignored = [f"{field} was ignored: the models here have no such setting" for field in IGNORED if field in given]
    wanted = {**_translated(given, name), "provider": provider.id, "model": model.id}
    try:
        valid = validation.validate(wanted, provider, key=brought.key)
    except CallerError as error:
        raise _renamed(error) from error
    token, *spare = brought.tokens or (None,)
    valid = replace(
        valid,
        warnings=(*map(_in_openais_words, valid.warnings), *ignored),
        token=token,
        spare_tokens=tuple(filter(None, spare)),
    )
    first = valid.request.seed
    seeds = [(first + number) % (MAX_SEED + 1) for number in range(count)]
    return [replace(valid, request=replace(valid.request, seed=seed)) for seed in seeds]


def _translated(given: Mapping[str, Any], model: str) -> dict[str, Any]:
    """The fields as `/api/generate` has them; what nobody knows stays, and gets its warning there."""
    ours = {name: value for name, value in given.items() if name not in ("n", "size", "user", "stream", *IGNORED)}
    if "guidance_scale" not in ours and "cfg_scale" in ours:
        ours["guidance_scale"] = ours.pop("cfg_scale")
    if model.startswith("gpt-image"):  # which answer so, and whose callers count on it
        ours.setdefault("response_format", "b64_json")
    size = _read("size", given, InvalidDimensions, "WIDTHxHEIGHT, such as 1024x768, or auto")
    if size in (None, "auto"):
        return ours
    width, height = map(int, size.split("x"))
    low, high = OURS["width"]["minimum"], OURS["width"]["maximum"]
    if not (low <= width <= high and low <= height <= high):
        raise wrong("size", size, InvalidDimensions, f"WIDTHxHEIGHT, each a whole number from {low} to {high}")
    return {**ours, "width": width, "height": height}


def _read(name: str, given: Mapping[str, Any], kind: type[CallerError], allowed: str) -> Any:
    if name not in given:
        return None
    (field,) = (each for each in FIELDS if each.name == name)
    try:
        return field.read(given[name])
    except ValueError as error:
        raise wrong(name, given[name], kind, allowed) from error


def _renamed(error: CallerError) -> CallerError:
    name = NAMES.get(error.field or "", error.field)
    return type(error)(_in_openais_words(error.message), provider=error.provider, field=name)


def _in_openais_words(text: str) -> str:
    """An error or a warning that begins with the name of a field."""
    return re.sub(r"^\w+", lambda found: NAMES.get(found[0], found[0]), text)
