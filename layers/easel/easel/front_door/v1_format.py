"""Convert between Easel's and OpenAI's models, fields and errors, for calls to `/v1` and lines of its batches.

Names of models:

| name | model |
|---|---|
| `gitee/z-image-turbo`, `hf/…`, `ms/…` | the provider's model with this id or alias |
| `z-image-turbo`, `Tongyi-MAI/Z-Image-Turbo` | the model with this id; a provider that needs no token is preferred |
| `auto/z-image-turbo` | the family: the first provider that accepts the call generates the picture |
| `dall-e-3`, `gpt-image-2`, … | the model in the deployment's parameter `ModelAliases`; by default, the cheapest |
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Annotated, Any, ClassVar

from pydantic import (
    AliasChoices,
    AliasGenerator,
    ConfigDict,
    Field,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic.json_schema import SkipJsonSchema

from easel import catalog, settings
from easel.catalog import Model, Provider, lookup, stored_overlay
from easel.catalog.bodies import Refusal, Whole, wrong
from easel.catalog.requests import GenerateBody, ResponseFormat
from easel.common.telemetry import logger
from easel.errors import DEPLOYMENT_TOKEN, InvalidModel, InvalidRequest, InvalidSetting
from easel.front_door import families, validation
from easel.store.records import Job, ValidatedRequest

ProviderModel = tuple[Provider, Model]

OPENAI_NAMES = (
    "dall-e-2", "dall-e-3", "gpt-image-1", "gpt-image-1-mini", "gpt-image-1.5", "gpt-image-2", "gpt-image-2.5-flare",
    "gpt-image-2.5-sunburst", "gpt-image-2.6-flare", "gpt-image-2.6-sunburst", "chatgpt-image-latest",
)  # fmt: skip
"""Names that clients offer their users. `/v1/models` lists those that match an alias of the deployment."""

MAX_PICTURES = 10
"""Maximum pictures of one call."""
IGNORED = ("background", "moderation", "output_compression", "quality", "style")
"""Settings that only OpenAI's own models have."""
TYPES = {401: "authentication_error", 403: "permission_error"}
"""OpenAI's error type by status. `_type` has the others."""
AUTHORIZATION = "Authorization"
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
"""OpenAI's code by Easel's code. Other codes of Easel are converted to lower case."""


IGNORED_TEXT = "ignored with a warning"


def _snake_first(name: str) -> str | AliasChoices:
    """Return the spellings of a field: snake_case as in OpenAI's API, and camelCase."""
    camel = to_camel(name)
    return name if camel == name else AliasChoices(name, camel)


class ImagesBody(GenerateBody):
    """The body of a call to `/v1`: OpenAI's fields, and Easel's own as further ones."""

    model_config = ConfigDict(alias_generator=AliasGenerator(validation_alias=_snake_first))

    size_wins: ClassVar[bool] = True

    provider: SkipJsonSchema[str] = ""
    model: Annotated[str, Refusal(InvalidModel, "a text, one of those that GET /v1/models lists")] = Field(
        "", description="a name from `/v1/models`; the first one by default", examples=["gitee/z-image-turbo"]
    )
    n: Whole = Field(
        1, ge=1, le=MAX_PICTURES, description="the number of pictures; each has the next higher seed", examples=[1]
    )
    response_format: ResponseFormat | None = Field(
        None, description="both by default; a large picture has no `b64_json`, and a warning says so"
    )
    user: Any = Field(None, description="ignored and not stored")
    stream: bool = Field(False, description="send server-sent events once all pictures are finished")
    asynchronous: bool = Field(
        False, validation_alias="async", description="return 202 with a task at once; see `GET /v1/tasks/{task_id}`"
    )
    partial_images: Any = Field(None, description="ignored; no partial pictures are sent")
    background: Any = Field(None, description=IGNORED_TEXT)
    moderation: Any = Field(None, description=IGNORED_TEXT)
    output_compression: Any = Field(None, description=IGNORED_TEXT)
    output_format: str = Field(
        "", max_length=20, description="the provider chooses the format; a warning says if it differs", examples=["png"]
    )
    quality: Any = Field(None, description=IGNORED_TEXT)
    style: Any = Field(None, description=IGNORED_TEXT)

    @model_validator(mode="before")
    @classmethod
    def _read_model(cls, data: Any) -> Any:
        """Replace the model's name by the catalog's provider and id."""
        if not isinstance(data, Mapping):
            return data
        given = {name: value for name, value in data.items() if value is not None}
        if "cfg_scale" in given and "guidance_scale" not in given:
            given["guidance_scale"] = given.pop("cfg_scale")
        provider, model = model_of(given)
        return {**given, "provider": provider.id, "model": model.id}

    @property
    def warnings(self) -> tuple[str, ...]:
        ignored = [f"{name} was ignored: Easel's models do not have this setting" for name in IGNORED]
        return (*super().warnings, *(text for text in ignored if text.split()[0] in self.model_fields_set))


def find_model(name: str) -> ProviderModel:
    """Return the provider and model of a name. Raise `InvalidModel`, which lists the valid names."""
    wanted = resolve_alias(name)
    if wanted == settings.CHEAPEST:
        return catalog.by_cost(catalog.providers().values())[0]
    if match := find_in_catalog(wanted) or (stored_overlay.reload() and find_in_catalog(wanted)):
        return match
    known, complaint = aliases()
    meant = f"{name[:100]!r}" if wanted == name else f"{name[:100]!r}, which ModelAliases maps to {wanted[:100]!r},"
    names = ", ".join([*known, *map(name_of, all_models())])
    raise InvalidModel(f"model: {meant} is unknown; use one of: {names}{complaint}"[:2000], field="model")


def resolve_alias(name: str) -> str:
    """Return the name that the deployment's aliases map a name to, or the same name without an alias."""
    known = aliases()[0]
    pattern = name if name in known else next((each for each in known if fnmatchcase(name, each)), name)
    return known.get(pattern, name)


def with_model(body: Mapping[str, Any], drawable: Callable[[], Sequence[ProviderModel]]) -> Mapping[str, Any]:
    """Return the body with a model of the catalog if its model is an alias of the cheapest one.

    Args:
        body: a body of `/v1`, not validated.
        drawable: returns the models that the caller can use, the cheapest first.
    """
    if not stands_for_cheapest(body):
        return body
    return {**body, "model": name_of(next(iter(drawable()), find_model(body["model"])))}


def stands_for_cheapest(body: Mapping[str, Any]) -> bool:
    """Return whether a body's `model` is an alias of the cheapest model."""
    name = body.get("model")
    return isinstance(name, str) and resolve_alias(name) == settings.CHEAPEST


def name_of(entry: ProviderModel) -> str:
    """Return the name of the model in the list of models."""
    provider, model = entry
    return f"{provider.id}/{model.id}"


def find_in_catalog(name: str) -> ProviderModel | None:
    """Return the provider and model of a name in the catalog."""
    if match := catalog.qualified(name):
        return match
    bare = [(provider, model) for provider, model in all_models() if model.id == name]
    return min(bare, key=lambda entry: entry[0].auth_required, default=None)


def all_models() -> list[ProviderModel]:
    """Return every model, with its provider."""
    return [(provider, model) for provider in catalog.providers().values() for model in provider.models]


def family_models() -> list[ProviderModel]:
    """Return the families that several providers have, as models of the provider `auto`."""
    provider = catalog.automatic()
    return [(provider, model) for model in provider.models if len(catalog.in_family(model.id)) > 1]


def aliases() -> tuple[Mapping[str, str], str]:
    """Return the aliases of models, and a text about the fault if the deployment's parameter is invalid, or ""."""
    own = lookup.own_aliases()
    try:
        return {**own, **{name: model for name, model in settings.model_aliases().items() if name not in own}}, ""
    except InvalidSetting as error:
        logger.error(error.message)  # this raises an alarm for the owner; calls continue without aliases
        return own, f"; {error.message}"


def named_models() -> list[str]:
    """Return the aliases for the list of models. A pattern is replaced by the names of OpenAI's that match it."""
    known = aliases()[0]
    openais = [name for name in OPENAI_NAMES if name not in known and resolve_alias(name) != name]
    return [*(name for name in known if not set("*?[") & set(name)), *openais]


def model_of(given: Mapping[str, Any]) -> ProviderModel:
    """Return the provider and model that a body names, or the default. Raise `InvalidModel`."""
    if "model" not in given:
        provider = catalog.default_provider()
        return provider, provider.models[0]
    if not isinstance(given["model"], str):
        raise wrong("model", given["model"], InvalidModel, "a text, one of those that GET /v1/models lists")
    return find_model(given["model"])


def validate(
    given: Mapping[str, Any],
    models_of: families.ModelsOf = catalog.in_family,
    drawable: Callable[[], Sequence[ProviderModel]] | None = None,
) -> tuple[ValidatedRequest, int]:
    """Return the request in the body of a batch's line, and its number of pictures.

    Args:
        given: the line's body, not validated.
        models_of: returns a family's models, in the order to ask them.
        drawable: see `with_model`. Without it, an alias of the cheapest model means the catalog's cheapest.

    Raises:
        CallerError: one of its classes, see `families.line`.
    """
    any_of_family = stands_for_cheapest(given)
    given = with_model(given, drawable) if drawable else given
    model_of(given)  # an unknown model is reported before other errors
    body = validation.validated(ImagesBody, given)
    if body.stream:
        raise InvalidRequest("stream: must be false or omitted in a line of a batch", field="stream")
    return families.line(body, models_of, any_of_family=any_of_family), body.n


def status_of(body: Mapping[str, Any], status: int) -> int:
    """Return OpenAI's status for an Easel error.

    Args:
        body: the error's body.
        status: the error's own status.
    """
    return 404 if CODES.get(body["code"]) == "model_not_found" else status


def error_of(body: Mapping[str, Any], status: int) -> dict[str, Any]:
    """Return OpenAI's `error` object for an Easel error.

    Args:
        body: the error's body.
        status: OpenAI's status.
    """
    code = CODES.get(body["code"], body["code"].lower()) if status != 403 else "permission_denied"
    message, param = body["error"], body.get("details", {}).get("field")
    refused = status == 401 and body["code"] in ("AUTH_INVALID", "AUTH_EXPIRED")
    if refused and (param or AUTHORIZATION) not in message and not message.startswith(DEPLOYMENT_TOKEN):
        # A provider refused the token. Easel's error names the provider's header, but the client sent another one.
        message, param = f"{AUTHORIZATION}: {message}", AUTHORIZATION
    return {"message": message, "type": _type(status, code), "param": param, "code": code}


def _type(status: int, code: str) -> str:
    if status == 429:
        return code
    return TYPES.get(status, "api_error" if status >= 500 else "invalid_request_error")


def shared_facts(made: Sequence[Job]) -> dict[str, str | None]:
    """Return OpenAI's fields about the pictures of a response. A value that is unknown or not the same is None."""
    results = [job.result for job in made if job.result]
    output_format = _only(result.format.lower() for result in results)
    return {
        "size": _only(f"{result.width}x{result.height}" for result in results),
        "output_format": output_format,
        "background": "opaque" if output_format == "jpeg" else None,  # the other formats may have an alpha channel
        "quality": None,
        "usage": None,
    }


def _only(values: Iterable[str]) -> str | None:
    """Return the value that all of them share, or None."""
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else None


def format_warnings(made: Sequence[Job]) -> list[str]:
    """Return a warning for each picture that does not have the requested `output_format`."""
    formats = [(job.result.format.lower(), job.request.output_format) for job in made if job.result]
    return [
        f"output_format was ignored: data[{number}] is in {drawn}, the format of its provider"
        for number, (drawn, wanted) in enumerate(formats)
        if wanted and wanted.lower().replace("jpg", "jpeg") != drawn
    ]


def image_facts(job: Job) -> dict[str, Any]:
    """Return Easel's fields about a picture, which OpenAI's format does not have."""
    result = job.result
    assert result
    return {
        "jobId": job.id,
        "model": f"{job.request.provider}/{job.request.model}",
        "seed": result.seed,
        "format": result.format,
        "width": result.width,
        "height": result.height,
        "seconds": result.seconds,
        **({"space": result.space} if result.space else {}),
        **({"tried": [each.to_json() for each in job.tried]} if job.tried else {}),
    }
