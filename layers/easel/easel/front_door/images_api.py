"""What OpenAI's API calls things, for the calls on `/v1` and the lines of its batches alike.

Names of models:

| name | stands for |
|---|---|
| `gitee/z-image-turbo`, `hf/…`, `ms/…` | the provider's model of that id or alias |
| `z-image-turbo`, `Tongyi-MAI/Z-Image-Turbo` | the model of that id: of a provider that needs no token, if one has it |
| `dall-e-3` | what the deployment's parameter `ModelAliases` says |
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from easel import catalog, settings
from easel.catalog import Model, Provider
from easel.common.telemetry import logger
from easel.errors import CallerError, InvalidDimensions, InvalidModel, InvalidParams, InvalidRequest, InvalidSetting
from easel.front_door import validation
from easel.front_door.validation import GENERATE, Field, wrong
from easel.store.records import Job, ValidatedRequest

Found = tuple[Provider, Model]

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
TYPES = {401: "authentication_error", 403: "permission_error"}
"""OpenAI's type of an error by its status; else see `_type`."""
CODES = {
    "INVALID_PROVIDER": "model_not_found",
    "INVALID_MODEL": "model_not_found",
    "PROMPT_REJECTED": "content_policy_violation",
    "AUTH_REQUIRED": "invalid_api_key",
    "AUTH_INVALID": "invalid_api_key",
    "AUTH_EXPIRED": "invalid_api_key",
    "RATE_LIMITED": "rate_limit_exceeded",
    "QUOTA_EXCEEDED": "insufficient_quota",
    "UNKNOWN": "server_error",
}
"""OpenAI's code for a code of Easel's; any other one is Easel's in lower case."""


def find(name: str) -> Found:
    """The provider and model of a name; raises `InvalidModel`, which tells the names that there are."""
    known, complaint = aliases()
    wanted = known.get(name, name)
    if found := in_catalog(wanted):
        return found
    meant = f"{name[:100]!r}" if wanted == name else f"{name[:100]!r}, for which ModelAliases says {wanted[:100]!r},"
    names = ", ".join([*known, *map(name_of, everything())])
    raise InvalidModel(f"model: {meant} is no model here; there are: {names}{complaint}"[:2000], field="model")


def name_of(found: Found) -> str:
    """The name under which the list has the model."""
    provider, model = found
    return f"{provider.id}/{model.id}"


def in_catalog(name: str) -> Found | None:
    """The provider and model that the catalog has under a name."""
    prefix, _, rest = name.partition("/")
    for provider, model in everything():
        if prefix in (provider.id, provider.short) and rest in (model.id, model.alias) and rest:
            return provider, model
    bare = [found for found in everything() if found[1].id == name]
    return min(bare, key=lambda found: found[0].auth_required, default=None)


def everything() -> list[Found]:
    """Every model, with its provider."""
    return [(provider, model) for provider in catalog.providers().values() for model in provider.models]


def aliases() -> tuple[Mapping[str, str], str]:
    """The deployment's own names; with what is wrong with its parameter, if nobody can read it."""
    try:
        return settings.model_aliases(), ""
    except InvalidSetting as error:
        logger.error(error.message)  # which is an alarm for the owner; calls go on without aliases
        return {}, f"; {error.message}"


def model_of(given: Mapping[str, Any]) -> Found:
    """The provider and model that a body asks for, the first where it names none; raises `InvalidModel`."""
    if "model" not in given:
        provider = catalog.default_provider()
        return provider, provider.models[0]
    if not isinstance(given["model"], str):
        raise wrong("model", given["model"], InvalidModel, "a text, one of those that GET /v1/models lists")
    return find(given["model"])


def judged(given: Mapping[str, Any], found: Found, key: str | None = None) -> tuple[ValidatedRequest, int]:
    """The request in a body without nulls, and how many pictures of it are asked for; raises `CallerError`.

    Args:
        given: the body.
        found: the provider and model, as `model_of` gives them.
        key: id of the Easel key that the call shows.
    """
    provider, model = found
    if given.get("stream"):
        raise InvalidRequest("stream: pictures are not streamed here; leave it out, or send false", field="stream")
    count = _read("n", given, InvalidParams, f"a whole number from 1 to {MOST}") or 1
    ignored = [f"{field} was ignored: the models here have no such setting" for field in IGNORED if field in given]
    wanted = {**_translated(given, given.get("model", "")), "provider": provider.id, "model": model.id}
    try:
        valid = validation.validate(wanted, provider, key=key)
    except CallerError as error:
        raise _renamed(error) from error
    return replace(valid, warnings=(*map(_in_openais_words, valid.warnings), *ignored)), count


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


def status_of(told: Mapping[str, Any], status: int) -> int:
    """OpenAI's status for the body and the status of one of Easel's errors."""
    return 404 if CODES.get(told["code"]) == "model_not_found" else status


def described(told: Mapping[str, Any], status: int) -> dict[str, Any]:
    """OpenAI's `error` for the body of one of Easel's, at OpenAI's status."""
    code = CODES.get(told["code"], told["code"].lower()) if status != 403 else "permission_denied"
    param = told.get("details", {}).get("field")
    return {"message": told["error"], "type": _type(status, code), "param": param, "code": code}


def _type(status: int, code: str) -> str:
    if status == 429:
        return code
    return TYPES.get(status, "api_error" if status >= 500 else "invalid_request_error")


def shown(job: Job) -> dict[str, Any]:
    """What Easel tells of a picture beside OpenAI's fields."""
    result = job.result
    assert result
    return {
        "jobId": job.id,
        "seed": result.seed,
        "format": result.format,
        "width": result.width,
        "height": result.height,
        "seconds": result.seconds,
    }
