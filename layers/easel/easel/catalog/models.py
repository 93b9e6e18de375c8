"""The catalog's entries: providers, models and Spaces, with what each supports."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from easel import settings
from easel.catalog.ranges import CatalogEntry, Range, Sides
from easel.errors import InvalidModel

UPSCALER = "upscaler"
"""The model's id of requests that enlarge a picture."""

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
    """The Space's argument names to `"{field}"`, a value of the request, or a constant."""
    ratios: Mapping[str, Annotated[tuple[int, int], FromList]] = Field(default_factory=dict)
    """The Space's names of aspect ratios to the `[width, height]` it makes of them."""
    sides: Sides | None = None
    """The sides that it makes. Other sides are replaced by the nearest of these, with a warning."""
    most_steps: int | None = None
    """The Space is not asked for more steps than this."""
    ignores_seed: bool = False
    """The endpoint has an argument for the seed and does not use it."""
    pinned: bool = False
    """True if the setting of Spaces' URLs does not replace this Space, as for those of an overlay."""

    @field_validator("arguments")
    @classmethod
    def _have_known_fields(cls, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        for name, field in fields_of(arguments).items():
            if field not in PLACEHOLDERS:
                raise ValueError(f"{name}: there is no field {field!r}; there are: {', '.join(sorted(PLACEHOLDERS))}")
        return arguments

    @model_validator(mode="after")
    def _has_the_ratios_it_sends(self) -> Self:
        if "ratio" in fields_of(self.arguments).values() and not self.ratios:
            raise ValueError("ratios: an argument is {ratio}, so the Space's names of sizes are needed")
        return self


def fields_of(arguments: Mapping[str, Any]) -> dict[str, str]:
    """Return the field of the request that each argument stands for; constants are left out."""
    matches = {name: PLACEHOLDER.fullmatch(value) for name, value in arguments.items() if isinstance(value, str)}
    return {name: match[1] for name, match in matches.items() if match}


class Model(CatalogEntry):
    """A model under one provider."""

    id: Name
    """The provider's id of the model."""
    name: Name
    steps: Range
    family: Name = Field(default_factory=lambda data: data.get("id", ""))
    """The same weights under several providers have one family."""
    alias: str = ""
    """Another name that `/v1` takes."""
    negative_prompt: bool = False
    guidance: Range | None = None
    typical_seconds: int | float = Field(15, gt=0)
    """The usual seconds of a picture of 1024 x 1024, for polling and progress."""
    sides: Sides = Field(default_factory=Sides)
    """The sides that a request may have. The provider refuses others."""
    price: int | float | None = Field(None, ge=0)
    """The published price of a picture, in the provider's unit."""
    edits: bool = False
    """True if it accepts pictures to start from."""
    needs_image: bool = False
    """True if it needs a picture to start from."""
    max_images: int = Field(1, ge=1)
    """Maximum pictures to start from in a call."""
    image_field: str = ""
    """The field of the provider's JSON for those pictures, or "" if they are files of a form."""
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
        """Return what the model supports, in the shape the API shows."""
        guidance = {"guidanceScale": dict(self.guidance)} if self.guidance else {}
        images = {"needsImage": self.needs_image, "maxImages": self.max_images} if self.edits else {}
        seed = not (self.space and self.space.ignores_seed)
        always = {"negativePrompt": self.negative_prompt, "steps": dict(self.steps), "seed": seed}
        return {**always, **guidance, "edits": self.edits, **images}

    def sizes(self) -> dict[str, Any]:
        """Return the sides that the model makes, in the shape the API shows; `only` where it makes no other sizes.

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
    """The environment variable that replaces `base_url`. For Spaces, it is a JSON object of their URLs by model id."""
    concurrency: int = Field(ge=1)
    """How many pictures batches make at once, unless a setting says another number."""
    short: str = ""
    """A short prefix of its models and tokens on `/v1`."""
    names: Annotated[tuple[str, ...], FromList] = ()
    """Other names of the provider."""
    token_prefixes: Annotated[tuple[str, ...], FromList] = ()
    """Prefixes of its tokens that distinguish them from other providers' tokens."""
    base_url: str = ""
    quota_utc_offset: int = Field(0, ge=-12, le=14)
    """Hours east of UTC of the midnight at which a day's quota comes back."""
    quota_pause: int = Field(0, ge=0)
    """Seconds until a token out of quota is tried again, doubled with each failed trial; 0 if quotas have a midnight.

    For providers whose allowance comes back at no known time."""
    price_unit: str = ""
    """Unit of its prices: a currency, or what it counts in."""
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
        every = tuple(filter(None, [self.upscaler])) if name == UPSCALER else self.model(name).spaces
        known = tuple(space for space in every if not space.pinned)
        addresses = settings.urls(self.url_setting).get(name, ()) if known else ()
        if not addresses:
            return every
        pinned = (space for space in every if space.pinned)
        return (*(space for address in addresses for space in _at(address, known)), *pinned)

    def has(self, model_id: str) -> bool:
        return any(model.id == model_id for model in self.models)

    def model(self, model_id: str | None) -> Model:
        """Return the model of that id, the provider's first for `None`. Raise `InvalidModel` naming the valid ones."""
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
