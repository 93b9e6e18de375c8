"""The catalog's entries: providers, models and Spaces."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from easel import settings
from easel.catalog.ranges import CatalogEntry, Range, Sides
from easel.errors import InvalidModel

UPSCALER = "upscaler"
"""Model id of requests that enlarge a picture."""

PLACEHOLDERS = frozenset({
    "prompt", "negative_prompt", "width", "height", "steps", "guidance_scale", "seed", "ratio", "image", "scale",
})  # fmt: skip
"""The fields that `"{field}"` in a Space's arguments may name."""
PLACEHOLDER = re.compile(r"\{(\w+)\}")

Name = Annotated[str, Field(min_length=1)]
Address = Annotated[str, Field(pattern="^https?://[^/]+"), AfterValidator(lambda url: url.rstrip("/"))]
FromList = Field(strict=False)
"""Accepts a list for a tuple."""


class Space(CatalogEntry):
    """One endpoint of a Hugging Face Space."""

    url: Address
    endpoint: str = Field(pattern="^/")
    arguments: Mapping[str, Any]
    """The value of each argument of the endpoint: `"{field}"` for a field of the request, or a constant."""
    ratios: Mapping[str, Annotated[tuple[int, int], FromList]] = Field(default_factory=dict)
    """`[width, height]` of the pictures for each of the Space's names of aspect ratios."""
    sides: Sides | None = None
    """The sides of its pictures. Other sides are replaced by the nearest of these, with a warning."""
    most_steps: int | None = None
    """Maximum number of steps that Easel requests."""
    ignores_seed: bool = False
    """True if the endpoint has an argument for the seed and ignores it."""
    pinned: bool = False
    """True for a Space of an overlay, which the setting of Spaces' URLs does not replace."""

    @field_validator("arguments")
    @classmethod
    def _have_known_fields(cls, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        for name, field in fields_of(arguments).items():
            if field not in PLACEHOLDERS:
                raise ValueError(f"{name}: unknown field {field!r}; use one of: {', '.join(sorted(PLACEHOLDERS))}")
        return arguments

    @model_validator(mode="after")
    def _has_the_ratios_it_sends(self) -> Self:
        if "ratio" in fields_of(self.arguments).values() and not self.ratios:
            raise ValueError("ratios: required, because an argument is {ratio}")
        return self


def fields_of(arguments: Mapping[str, Any]) -> dict[str, str]:
    """Return the field of the request for each argument. Omit constants."""
    matches = {name: PLACEHOLDER.fullmatch(value) for name, value in arguments.items() if isinstance(value, str)}
    return {name: match[1] for name, match in matches.items() if match}


class Model(CatalogEntry):
    """A model under one provider."""

    id: Name
    """The model's id at the provider."""
    name: Name
    steps: Range
    family: Name = Field(default_factory=lambda data: data.get("id", ""))
    """The family. The same model at several providers has the same family."""
    alias: str = ""
    """Another name for `/v1`."""
    negative_prompt: bool = False
    guidance: Range | None = None
    typical_seconds: int | float = Field(15, gt=0)
    """Usual duration in seconds for 1024 x 1024, used for polling and progress."""
    sides: Sides = Field(default_factory=Sides)
    """The sides that a request may have. The provider refuses others."""
    price: int | float | None = Field(None, ge=0)
    """The published price of a picture, in the provider's unit."""
    edits: bool = False
    """True if it accepts source pictures."""
    needs_image: bool = False
    """True if it requires a source picture."""
    max_images: int = Field(1, ge=1)
    """Maximum source pictures of a call."""
    image_field: str = ""
    """The field for these pictures in the provider's JSON, or "" if they are sent as files of a form."""
    upstream: Mapping[str, Any] = Field(default_factory=dict)
    """Fields always sent to the provider with this model."""
    spaces: Annotated[tuple[Space, ...], FromList] = ()
    """The model's Spaces. A later one is used if the earlier ones have not accepted the call."""

    @model_validator(mode="after")
    def _edits_if_it_needs_an_image(self) -> Self:
        if self.needs_image and not self.edits:
            raise ValueError("needs_image: allowed only with edits = true")
        return self

    @property
    def space(self) -> Space | None:
        """The first Space, which sets the sizes that callers see."""
        return next(iter(self.spaces), None)

    def features(self) -> dict[str, Any]:
        """Return the `features` in the API's response."""
        guidance = {"guidanceScale": dict(self.guidance)} if self.guidance else {}
        images = {"needsImage": self.needs_image, "maxImages": self.max_images} if self.edits else {}
        seed = not (self.space and self.space.ignores_seed)
        always = {"negativePrompt": self.negative_prompt, "steps": dict(self.steps), "seed": seed}
        return {**always, **guidance, "edits": self.edits, **images}

    def sizes(self) -> dict[str, Any]:
        """Return the sizes that the model generates, as `sizes` in the API's response.

        `only` lists the sizes of a Space that supports no others. A call with another size gets the nearest one and a
        warning.
        """
        if self.space and (ratios := self.space.ratios):
            sides = [side for width_and_height in ratios.values() for side in width_and_height]
            only = [{"name": name, "width": width, "height": height} for name, (width, height) in ratios.items()]
            return {"min": min(sides), "max": max(sides), "only": only}
        sides_made = self.space.sides if self.space and self.space.sides else self.sides
        step = {"step": sides_made.step} if sides_made.step > 1 else {}
        return {"min": sides_made.min, "max": sides_made.max, **step}


class Provider(CatalogEntry):
    """A provider and its models. The first model is the default."""

    id: Name
    name: Name
    auth_header: Name
    auth_required: bool
    image_format: Literal["PNG", "JPEG", "WebP"]
    token_url: Address
    models: Annotated[tuple[Model, ...], FromList] = Field(min_length=1)
    url_setting: Name
    """The environment variable that replaces `base_url`. For Spaces, it is a JSON object of their URLs by model id."""
    concurrency: int = Field(ge=1)
    """Maximum pictures that batches generate concurrently, unless a setting has another number."""
    short: str = ""
    """A short prefix of its models and tokens on `/v1`."""
    names: Annotated[tuple[str, ...], FromList] = ()
    """Other names of the provider."""
    token_prefixes: Annotated[tuple[str, ...], FromList] = ()
    """Prefixes of its tokens that distinguish them from other providers' tokens."""
    base_url: str = ""
    quota_utc_offset: int = Field(0, ge=-12, le=14)
    """Time zone, in hours east of UTC, of the midnight at which a daily quota is renewed."""
    quota_pause: int = Field(0, ge=0)
    """Seconds until a token without quota is tried again, doubled with each failed trial.

    For providers whose quota is renewed at an unknown time. 0 if it is renewed at midnight."""
    price_unit: str = ""
    """Unit of the prices: a currency, or the provider's own unit."""
    image_hosts: Annotated[tuple[str, ...], FromList] = ()
    """Host names of its pictures. A name that begins with a dot includes all its subdomains."""
    upscaler: Space | None = None

    @property
    def url(self) -> str:
        """The base URL, without a trailing slash. Raise `InvalidSetting` if the setting is invalid."""
        return settings.url(self.url_setting, self.base_url)

    def spaces(self, name: str) -> tuple[Space, ...]:
        """Return the Spaces of a model, or of `upscaler`, in the order to ask them. Raise `InvalidSetting`.

        URLs in the setting replace all URLs of the catalog. A URL that is also in the catalog keeps its endpoint. Any
        other URL is a copy of one of the Spaces, but it is unknown which one. So the result has this URL with the
        endpoint of each Space.
        """
        every = tuple(filter(None, [self.upscaler])) if name == UPSCALER else self.model(name).spaces
        known = tuple(space for space in every if not space.pinned)
        addresses = settings.urls(self.url_setting).get(name, ()) if known else ()
        if not addresses:
            return every
        pinned = (space for space in every if space.pinned)
        return (*(space for address in addresses for space in _at(address, known)), *pinned)

    def has(self, model_id: str) -> bool:
        """Return True if the provider has a model of that id."""
        return any(model.id == model_id for model in self.models)

    def model(self, model_id: str | None) -> Model:
        """Return the model of that id, or the first one for None. Raise `InvalidModel`, which names the valid ones."""
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
