"""The catalog: providers and models, with what each supports, read once from `catalog.toml`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, TypeAdapter, model_validator

from easel import settings
from easel.catalog.ranges import CatalogEntry, Range, Sides
from easel.common.pasted import folded
from easel.errors import InvalidModel, InvalidProvider, NotFound

UPSCALER = "upscaler"
"""Stands where a model's id would: pictures are enlarged, not generated."""

Name = Annotated[str, Field(min_length=1)]
Address = Annotated[str, Field(pattern="^https?://[^/]+")]
FromList = Field(strict=False)
"""Lets a tuple be written as a list."""


class Space(CatalogEntry):
    """One endpoint of a Hugging Face Space."""

    url: Address
    endpoint: str = Field(pattern="^/")
    arguments: Mapping[str, Any]
    """The Space's argument names to `"{field}"`, a value of the request, or a constant."""
    ratios: Mapping[str, Annotated[tuple[int, int], FromList]] = Field(default_factory=dict)
    """The Space's names of aspect ratios to the `[width, height]` it makes of them."""
    sides: Sides | None = None
    """The sides that it makes; a request's sides are replaced by the nearest of these, with a warning."""
    most_steps: int | None = None
    """The Space is not asked for more steps than this."""
    ignores_seed: bool = False
    """The endpoint has an argument for the seed and does not use it."""


class Model(CatalogEntry):
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
    sides: Sides = Field(default_factory=Sides)
    """The sides that a request may have. The provider refuses others."""
    price: int | float | None = Field(None, ge=0)
    """The published price of a picture, in the provider's unit."""
    edits: bool = False
    """Whether it takes pictures to start from."""
    needs_image: bool = False
    """Whether it draws nothing from a prompt alone."""
    max_images: int = Field(1, ge=1)
    """Pictures to start from that one call takes."""
    image_field: str = ""
    """The field of the provider's JSON that takes those pictures; "" if they travel as files of a form."""
    upstream: Mapping[str, Any] = Field(default_factory=dict)
    """Fields always sent to the provider with this model."""
    spaces: Annotated[tuple[Space, ...], FromList] = ()
    """The Spaces that serve it. A later one is asked when the ones before have not accepted the call."""

    @model_validator(mode="after")
    def _edits_if_it_needs_an_image(self) -> Self:
        if self.needs_image and not self.edits:
            raise ValueError("needs_image: only a model with edits = true can need one")
        return self

    @property
    def space(self) -> Space | None:
        """The first Space, which sets the sizes that callers see."""
        return next(iter(self.spaces), None)

    def features(self) -> dict[str, Any]:
        """What the model supports, in the shape the API shows."""
        guidance = {"guidanceScale": self.guidance.model_dump()} if self.guidance else {}
        images = {"needsImage": self.needs_image, "maxImages": self.max_images} if self.edits else {}
        always = {"negativePrompt": self.negative_prompt, "steps": self.steps.model_dump(), "seed": True}
        return {**always, **guidance, "edits": self.edits, **images}

    def sizes(self) -> dict[str, Any]:
        """The sides that the model makes, in the shape the API shows; `only` where it makes no other sizes.

        Where a Space makes only some, other sizes are taken as well, and give the nearest one with a warning.
        """
        if self.space and (ratios := self.space.ratios):
            sides = [side for width_and_height in ratios.values() for side in width_and_height]
            only = [{"name": name, "width": width, "height": height} for name, (width, height) in ratios.items()]
            return {"min": min(sides), "max": max(sides), "only": only}
        sides_made = self.space.sides if self.space and self.space.sides else self.sides
        step = {"step": sides_made.step} if sides_made.step > 1 else {}
        return {"min": sides_made.min, "max": sides_made.max, **step}


class Provider(CatalogEntry):
    """A provider and its models; the first model is the default."""

    id: Name
    name: Name
    auth_header: Name
    auth_required: bool
    image_format: Literal["PNG", "JPEG", "WebP"]
    token_url: Address
    models: Annotated[tuple[Model, ...], FromList] = Field(min_length=1)
    url_setting: Name
    """The environment variable that replaces `base_url`; or, for Spaces, a JSON object of their URLs by model id."""
    concurrency: int = Field(ge=1)
    """How many pictures batches make at once, unless a setting says another number."""
    short: str = ""
    """Another prefix of its models and tokens on `/v1`."""
    names: Annotated[tuple[str, ...], FromList] = ()
    """Other names that people know it by."""
    token_prefixes: Annotated[tuple[str, ...], FromList] = ()
    """What its tokens begin with, where they can be told from other providers'."""
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


_CATALOG = TypeAdapter(dict[str, Provider], config=ConfigDict(defer_build=True))
SOURCE = Path(__file__).with_name("catalog.toml")
BUILT = SOURCE.with_suffix(".json")
"""The catalog in a built artifact, as `build_artifact.py` makes it: TOML would take ten times as long to read."""


@cache
def providers() -> Mapping[str, Provider]:
    """Return every provider by id, in the catalog's order."""
    if BUILT.exists():
        return _CATALOG.validate_json(BUILT.read_bytes())
    return read(SOURCE.read_text("utf-8"))


def read(text: str) -> Mapping[str, Provider]:
    """The providers in a catalog as TOML; pydantic's `ValidationError` names each key that is wrong."""
    return _CATALOG.validate_python(entries(text))


def entries(text: str) -> dict[str, Any]:
    """The sections of a catalog as TOML, each with its provider's id. Nothing is validated."""
    import tomllib  # here, since built artifacts do without

    return {provider_id: {"id": provider_id, **entry} for provider_id, entry in tomllib.loads(text).items()}


def default_provider() -> Provider:
    """The catalog's first provider: a request that names none goes to it."""
    return next(iter(providers().values()))


def upscaling_provider() -> Provider:
    """The provider that enlarges pictures."""
    return next(provider for provider in providers().values() if provider.upscaler)


def provider(name: str) -> Provider:
    """Return the provider of that name; raise `InvalidProvider` that names the valid ones."""
    entry = named(name)
    if entry is None:
        known = ", ".join(providers())
        raise InvalidProvider(f"provider: unknown provider {name[:100]!r}; Easel has: {known}", field="provider")
    return entry


def named(name: str) -> Provider | None:
    """Return the provider of that id, short id or name. Case, blanks and punctuation do not count."""
    if name in providers():
        return providers()[name]
    known = ((each, map(folded, (each.id, each.short, each.name, *each.names))) for each in providers().values())
    wanted = folded(name)
    return next((each for each, names in known if wanted and wanted in names), None)


def name_of(provider_id: str) -> str:
    """Return the provider's display name; the id itself if it is unknown."""
    entry = providers().get(provider_id)
    return entry.name if entry else provider_id


def qualified(name: str) -> tuple[Provider, Model] | None:
    """Return the provider and model of a name such as `gitee/z-image-turbo` or `ms/flux-2`; None for other names."""
    prefix, slash, rest = name.partition("/")
    entry = named(prefix) if slash and rest else None
    models = entry.models if entry else ()
    return next(((entry, model) for model in models if entry and rest in (model.id, model.alias)), None)


def by_cost(among: Iterable[Provider], *, edits: bool = False) -> list[tuple[Provider, Model]]:
    """Return the models of these providers that draw from a prompt alone, or with `edits` those that change pictures.

    The cheapest comes first. A provider that needs no token is free. Prices have each provider's own unit, so they
    order its own models alone; a model without a published price comes last.
    """
    free_first = sorted(among, key=lambda entry: entry.auth_required)
    return [
        (entry, model)
        for entry in free_first
        for model in sorted(entry.models, key=_price)
        if (model.edits if edits else not model.needs_image)
    ]


def editing_models() -> str:
    """The names of all models that take a picture to start from, for an error's text."""
    return ", ".join(f"{entry.id}/{model.id}" for entry, model in by_cost(providers().values(), edits=True))


def _price(model: Model) -> float:
    return math.inf if model.price is None else model.price


def described_provider(provider_id: str) -> Provider:
    """The provider named in a path; raises `NotFound` naming the valid ones."""
    try:
        return provider(provider_id)
    except InvalidProvider as error:
        raise NotFound(error.message, field="provider") from error
