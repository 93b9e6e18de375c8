"""The catalog: providers and models, with what each supports, read once from `catalog.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from easel import settings
from easel.errors import InvalidModel, InvalidProvider, NotFound

UPSCALER = "upscaler"
"""Stands where a model's id would: pictures are enlarged, not generated."""

Name = Annotated[str, Field(min_length=1)]
Address = Annotated[str, Field(pattern="^https?://[^/]+")]
FromList = Field(strict=False)
"""Lets a tuple be written as a list."""


class Entry(BaseModel):
    """Base of the catalog's models: an unknown key or a wrong value is an error that names it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, defer_build=True)


class Range(Entry):
    """An inclusive range of numbers and the value taken when none is given."""

    min: int | float
    max: int | float
    default: int | float

    @model_validator(mode="after")
    def _holds_its_default(self) -> Self:
        if self.default not in self:
            raise ValueError(f"default: must lie from min, {self.min}, to max, {self.max}; it is {self.default}")
        return self

    def __contains__(self, value: float) -> bool:
        return self.min <= value <= self.max


class Sides(Entry):
    """The side lengths that a Space makes, in pixels."""

    min: int
    max: int
    step: int


class Space(Entry):
    """One endpoint of a Hugging Face Space."""

    url: Address
    endpoint: str = Field(pattern="^/")
    arguments: Mapping[str, Any]
    """The Space's argument names to `"{field}"`, a value of the request, or a constant."""
    ratios: Mapping[str, Annotated[tuple[int, int], FromList]] = Field(default_factory=dict)
    """The Space's names of aspect ratios to the `[width, height]` it makes of them."""
    sides: Sides | None = None
    most_steps: int | None = None
    """The Space is not asked for more steps than this."""
    ignores_seed: bool = False
    """The endpoint has an argument for the seed and does not use it."""


class Model(Entry):
    """A model under one provider."""

    id: Name
    """What the provider calls it."""
    name: Name
    steps: Range
    family: Name = Field(default_factory=lambda data: data["id"])
    """The same weights under several providers have one family."""
    alias: str = ""
    """Another name that `/v1` takes."""
    negative_prompt: bool = False
    guidance: Range | None = None
    typical_seconds: int | float = Field(15, gt=0)
    """The usual duration of a picture of 1024 x 1024; paces polling and progress."""
    upstream: Mapping[str, Any] = Field(default_factory=dict)
    """Fields always sent to the provider with this model."""
    spaces: Annotated[tuple[Space, ...], FromList] = ()
    """The Spaces that serve it. A later one is asked when the ones before have not accepted the call."""

    @property
    def space(self) -> Space | None:
        """The first Space, which sets the sizes that callers see."""
        return next(iter(self.spaces), None)

    def features(self) -> dict[str, Any]:
        """What the model supports, in the shape the API shows."""
        guidance = {"guidanceScale": self.guidance.model_dump()} if self.guidance else {}
        return {"negativePrompt": self.negative_prompt, "steps": self.steps.model_dump(), **guidance, "seed": True}


class Provider(Entry):
    """A provider and its models; the first model is the default."""

    id: Name
    name: Name
    auth_header: Name
    auth_required: bool
    image_format: Name
    token_url: Address
    models: Annotated[tuple[Model, ...], FromList] = Field(min_length=1)
    url_setting: Name
    """The environment variable that replaces `base_url`; or, for Spaces, a JSON object of their URLs by model id."""
    concurrency: int = Field(ge=1)
    """How many pictures batches make at once, unless a setting says another number."""
    short: str = ""
    """Another prefix of its models and tokens on `/v1`."""
    base_url: str = ""
    quota_utc_offset: int = Field(0, ge=-12, le=14)
    """Hours east of UTC of the midnight at which a day's quota comes back."""
    quota_pause: int = Field(0, ge=0)
    """Seconds until a token out of quota is tried again, doubled with each failed trial; 0 if quotas have a midnight.

    For providers whose allowance comes back at no known time."""
    image_hosts: Annotated[tuple[str, ...], FromList] = ()
    """Host names that its pictures come from; one that begins with a dot stands for all below it."""
    upscaler: Space | None = None

    @property
    def url(self) -> str:
        """The base URL to call, without a trailing slash; raises `InvalidSetting`."""
        return settings.url(self.url_setting, self.base_url)

    def spaces(self, name: str) -> tuple[Space, ...]:
        """Return the Spaces that serve a model, or `upscaler`, in the order to ask them; raise `InvalidSetting`.

        Addresses in the setting replace all of the catalog's. One that the catalog knows keeps its endpoint. Any other
        is taken for a copy of one of the Spaces: it appears once with each endpoint, since only itself tells which.
        """
        known = tuple(filter(None, [self.upscaler])) if name == UPSCALER else self.model(name).spaces
        addresses = settings.urls(self.url_setting).get(name, ()) if known else ()
        if not addresses:
            return known
        return tuple(space for address in addresses for space in _at(address, known))

    def model(self, model_id: str | None) -> Model:
        """The model of that id, the provider's first for `None`; raises `InvalidModel` naming the valid ones."""
        if model_id is None:
            return self.models[0]
        for model in self.models:
            if model.id == model_id:
                return model
        known = ", ".join(model.id for model in self.models)
        raise InvalidModel(
            f"model: unknown model {model_id[:100]!r}; {self.name} has: {known}",
            provider=self.id,
            field="model",
        )


def _at(address: str, known: tuple[Space, ...]) -> list[Space]:
    own = [space for space in known if space.url == address]
    return own or [space.model_copy(update={"url": address}) for space in known]


@cache
def providers() -> Mapping[str, Provider]:
    """Return every provider by id, in the catalog's order."""
    return read(Path(__file__).with_name("catalog.toml").read_text("utf-8"))


def read(text: str) -> Mapping[str, Provider]:
    """The providers in a catalog as TOML; pydantic's `ValidationError` names each key that is wrong."""
    entries = {provider_id: {"id": provider_id, **entry} for provider_id, entry in tomllib.loads(text).items()}
    return TypeAdapter(dict[str, Provider]).validate_python(entries)


def default_provider() -> Provider:
    """The catalog's first provider: a request that names none goes to it."""
    return next(iter(providers().values()))


def upscaling_provider() -> Provider:
    """The provider that enlarges pictures."""
    return next(provider for provider in providers().values() if provider.upscaler)


def provider(provider_id: str) -> Provider:
    """Return the provider of that id; raise `InvalidProvider` that names the valid ones."""
    entry = providers().get(provider_id)
    if entry is None:
        known = ", ".join(providers())
        raise InvalidProvider(f"provider: unknown provider {provider_id[:100]!r}; Easel has: {known}", field="provider")
    return entry


def name_of(provider_id: str) -> str:
    """Return the provider's display name; the id itself if it is unknown."""
    entry = providers().get(provider_id)
    return entry.name if entry else provider_id


def described_provider(provider_id: str) -> Provider:
    """The provider named in a path; raises `NotFound` naming the valid ones."""
    try:
        return provider(provider_id)
    except InvalidProvider as error:
        raise NotFound(error.message, field="provider") from error
