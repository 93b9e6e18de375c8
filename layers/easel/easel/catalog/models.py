"""The catalog: providers and models, with what each supports, read once from `catalog.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from easel import settings
from easel.errors import InvalidModel, InvalidProvider, NotFound

UPSCALER = "upscaler"
"""Stands where a model's id would: pictures are enlarged, not generated."""


@dataclass(frozen=True)
class Range:
    """An inclusive range of numbers and the value taken when none is given."""

    min: float
    max: float
    default: float

    def __contains__(self, value: float) -> bool:
        return self.min <= value <= self.max


@dataclass(frozen=True)
class Space:
    """One endpoint of a Hugging Face Space.

    `arguments` maps the Space's argument names to `"{field}"` (a value of the request) or a constant.
    `ratios` maps the Space's names of aspect ratios to the `[width, height]` it makes of them.
    `sides` tells which side lengths the Space makes, in pixels: `min`, `max`, `step`.
    `ignores_seed`: the endpoint has an argument for the seed and does not use it.
    """

    url: str
    endpoint: str
    arguments: Mapping[str, Any]
    ratios: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    sides: Mapping[str, int] | None = None
    ignores_seed: bool = False


@dataclass(frozen=True)
class Model:
    """A model under one provider; `id` is what the provider calls it, `alias` another name that `/v1` takes,
    `typical_seconds` its usual duration.
    """

    id: str
    name: str
    steps: Range
    family: str
    alias: str = ""
    negative_prompt: bool = False
    guidance: Range | None = None
    typical_seconds: float = 15
    upstream: Mapping[str, Any] = field(default_factory=dict)
    space: Space | None = None

    def features(self) -> dict[str, Any]:
        """What the model supports, in the shape the API shows."""
        guidance = {"guidanceScale": _shown(self.guidance)} if self.guidance else {}
        return {"negativePrompt": self.negative_prompt, "steps": _shown(self.steps), **guidance, "seed": True}


@dataclass(frozen=True)
class Provider:
    """A provider and its models; the first model is the default.

    Attributes:
        short: another prefix of its models and tokens on `/v1`.
        url_setting: the environment variable that replaces `base_url`; or, for Spaces, a JSON object that replaces
            their URLs by model id.
        image_hosts: host names that its pictures come from; one that begins with a dot stands for all below it.
        concurrency: how many pictures batches make at once, unless a setting says another number.
        quota_per_model: whether a token out of quota for one model may still serve the others.
        quota_utc_offset: hours east of UTC of the midnight at which a day's quota comes back.
    """

    id: str
    name: str
    auth_header: str
    auth_required: bool
    image_format: str
    token_url: str
    models: tuple[Model, ...]
    url_setting: str
    concurrency: int
    short: str = ""
    base_url: str = ""
    quota_per_model: bool = False
    quota_utc_offset: int = 0
    image_hosts: tuple[str, ...] = ()
    upscaler: Space | None = None

    @property
    def url(self) -> str:
        """The base URL to call, without a trailing slash; raises `InvalidSetting`."""
        return settings.url(self.url_setting, self.base_url)

    def space(self, name: str) -> Space | None:
        """The Space that serves a model, or `upscaler`, at the URL to call; raises `InvalidSetting`."""
        found = self.upscaler if name == UPSCALER else self.model(name).space
        return replace(found, url=settings.urls(self.url_setting).get(name, found.url)) if found else None

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


@cache
def providers() -> Mapping[str, Provider]:
    """Every provider by id, in the order shown."""
    raw = tomllib.loads(Path(__file__).with_name("catalog.toml").read_text("utf-8"))
    return {provider_id: _provider(provider_id, data) for provider_id, data in raw.items()}


def default_provider() -> Provider:
    """The catalog's first provider: a request that names none goes to it."""
    return next(iter(providers().values()))


def upscaling_provider() -> Provider:
    """The provider that enlarges pictures."""
    return next(provider for provider in providers().values() if provider.upscaler)


def provider(provider_id: str) -> Provider:
    """The provider of that id; raises `InvalidProvider` naming the valid ones."""
    found = providers().get(provider_id)
    if found is None:
        known = ", ".join(providers())
        raise InvalidProvider(f"provider: unknown provider {provider_id[:100]!r}; Easel has: {known}", field="provider")
    return found


def name_of(provider_id: str) -> str:
    """The provider's display name, for texts; an unknown id stands for itself."""
    found = providers().get(provider_id)
    return found.name if found else provider_id


def described_provider(provider_id: str) -> Provider:
    """The provider named in a path; raises `NotFound` naming the valid ones."""
    try:
        return provider(provider_id)
    except InvalidProvider as error:
        raise NotFound(error.message, field="provider") from error


def _provider(provider_id: str, data: Mapping[str, Any]) -> Provider:
    rest = {name: value for name, value in data.items() if name not in ("models", "upscaler", "image_hosts")}
    return Provider(
        id=provider_id,
        models=tuple(_model(model) for model in data["models"]),
        image_hosts=tuple(data.get("image_hosts", ())),
        upscaler=_space(data.get("upscaler")),
        **rest,
    )


def _model(data: Mapping[str, Any]) -> Model:
    rest = {name: value for name, value in data.items() if name not in ("steps", "guidance", "space", "family")}
    guidance = data.get("guidance")
    return Model(
        steps=Range(**data["steps"]),
        guidance=Range(**guidance) if guidance else None,
        family=data.get("family", data["id"]),
        space=_space(data.get("space")),
        **rest,
    )


def _space(data: Mapping[str, Any] | None) -> Space | None:
    if data is None:
        return None
    ratios = {name: (width, height) for name, (width, height) in data.get("ratios", {}).items()}
    return Space(**{**data, "ratios": ratios})


def _shown(limits: Range) -> dict[str, float]:
    return {"min": limits.min, "max": limits.max, "default": limits.default}
