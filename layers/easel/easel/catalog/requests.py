"""The bodies of `/api/generate` and `/api/upscale`, validated against the catalog.

Each field of a request is defined here once. Its type, range, default, description and example are used by the
validation, the API's description and the page's form.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)

from easel import catalog
from easel.catalog import stored_overlay
from easel.catalog.bodies import WHOLE, Body, Refusal, Whole
from easel.catalog.webhooks import Webhook
from easel.common import public_urls
from easel.errors import InvalidDimensions, InvalidModel, InvalidParams, InvalidPrompt, InvalidProvider

MAX_SEED = 2**31 - 1
MIN_SIDE, MAX_SIDE = 256, 2048  # pixels
USUAL_SIDE = 1024
"""The default width and height in pixels. A model that does not support it has the nearest supported side instead."""
PROVIDERS = ", ".join([*catalog.providers(), catalog.AUTO])
FILLERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Invisible letters and symbols: Hangul's fillers and the empty pattern of Braille."""
LOST = (
    "contains U+FFFD, the replacement for characters that were lost: the text was sent in another encoding than UTF-8, "
    "such as GBK; save it as UTF-8"
)
"""The reason in the error for a text with replacement characters."""

_SIZE = re.compile(r"([0-9]{1,5})(?:px)?(?:[x*×✕х]|by)([0-9]{1,5})(?:px)?", re.I)  # the last letter is Cyrillic
Text = Annotated[str, Refusal(InvalidPrompt)]
Side = Annotated[int, Field(ge=MIN_SIDE, le=MAX_SIDE, examples=[1024]), WHOLE, Refusal(InvalidDimensions)]
MAX_IMAGE = 14_000_000
"""Maximum characters of a picture in base64. A picture of 10 MB fits."""
IMAGE = "an http(s) link to a picture at a public address, a data: link or base64, or a list of these"
Image = Annotated[str, Field(min_length=1, max_length=MAX_IMAGE)]
ResponseFormat = Annotated[
    Literal["url", "b64_json"], BeforeValidator(lambda given: "b64_json" if given == "base64" else given)
]


def _first_model(data: dict[str, Any]) -> str:
    return catalog.provider(data["provider"]).models[0].id


def _usual_side(data: dict[str, Any]) -> int:
    return _model(data).sides.nearest(USUAL_SIDE)


def _usual_steps(data: dict[str, Any]) -> int:
    return int(_model(data).steps.default)


def _usual_guidance(data: dict[str, Any]) -> float | None:
    usual = _model(data).guidance
    return usual.default if usual else None


def _model(data: dict[str, Any]) -> catalog.Model:
    return catalog.provider(data["provider"]).model(data["model"])


def has_lost_characters(text: str) -> bool:
    """Return whether a text contains the replacement character, because it was decoded with a wrong encoding."""
    return "\ufffd" in text


def has_visible_character(text: str) -> bool:
    """Return whether a text has more than blanks, format characters, combining marks and fillers."""
    return any(map(_is_visible, text))


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS" and character not in FILLERS


def read_size(size: str) -> tuple[int, int] | None:
    """Return width and height of `1024x768`, `1024*768`, `1024 × 768 px` and the like. None for anything else."""
    match = _SIZE.fullmatch("".join(unicodedata.normalize("NFKC", size).split()))
    return (int(match[1]), int(match[2])) if match else None


def qualified_model(body: Mapping[str, Any]) -> tuple[catalog.Provider, catalog.Model] | None:
    """Return the provider and model of a body with a `model` of the form `gitee/z-image-turbo`.

    Return None for another form, and for a body that names another provider.
    """
    name, provider = body.get("model"), body.get("provider")
    entry = catalog.qualified(name) if isinstance(name, str) else None
    own = provider is None or (isinstance(provider, str) and entry and catalog.offered(provider) == entry[0])
    return entry if own else None


class GenerationFields(BaseModel, defer_build=True):
    """The fields of a request for a picture. Each field is defined only here.

    `/api/generate`, `/v1` and manifests validate and describe these fields, and the page's form shows them. The job
    stores them, and the adapters read them there.
    """

    provider: Annotated[str, Refusal(InvalidProvider, f"one of: {PROVIDERS}")] = Field(
        catalog.default_provider().id,
        min_length=1,
        description=f"one of {PROVIDERS}",
        examples=[catalog.default_provider().id],
    )
    model: Annotated[str, Refusal(InvalidModel, "a text, one of the provider's model ids")] = Field(
        default_factory=_first_model,
        min_length=1,
        description="a model of that provider, by default its first; or provider and model as `gitee/z-image-turbo`",
        examples=["z-image-turbo"],
    )
    prompt: Text = Field(min_length=1, max_length=4000, pattern=r"\S", examples=["a cute cat"])
    negative_prompt: Text = Field(
        "",
        max_length=4000,
        description="what should not be in the picture; dropped with a warning if the model does not support it",
        examples=["low quality, blurry"],
    )
    width: Side = Field(default_factory=_usual_side, json_schema_extra={"default": USUAL_SIDE})
    height: Side = Field(default_factory=_usual_side, json_schema_extra={"default": USUAL_SIDE})
    steps: Whole = Field(
        default_factory=_usual_steps,
        validation_alias=AliasChoices("steps", "num_inference_steps"),
        description="within the model's range",
        examples=[9],
    )
    guidance_scale: float | None = Field(
        default_factory=_usual_guidance,
        description="within the model's range; dropped with a warning if the model does not support it",
        examples=[3.5],
    )
    seed: Whole = Field(
        default_factory=lambda: secrets.randbelow(MAX_SEED + 1),
        ge=0,
        le=MAX_SEED,
        description="random by default",
        examples=[1234567],
    )
    response_format: ResponseFormat | None = Field(
        None, description="`b64_json` adds the picture itself as `imageDetails.b64Json`"
    )


class GenerateBody(GenerationFields, Body, defer_build=False):
    """The body of a call that generates. After validation every field has its final value. `sized` applies `size`."""

    size_wins: ClassVar[bool] = False
    """True if `size` overrides width and height when they differ."""

    image: Annotated[Image | list[Image] | None, Refusal(InvalidParams, IMAGE)] = Field(
        None,
        description="only for models with `edits`: the source picture or a list; links, `data:` links or base64",
        examples=["https://example.com/cat.png"],
    )
    size: Annotated[str, Refusal(InvalidDimensions, "WIDTHxHEIGHT, such as 1024x768, or auto")] = Field(
        "auto",
        description="width and height, also as `1024*768` or `1024 × 768`; `auto` has no effect",
        examples=["1024x768"],
    )
    webhook: Webhook | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_qualified_model(cls, data: Any) -> Any:
        """Read `gitee/z-image-turbo`, as `/v1` names models, as provider and model."""
        if not (isinstance(data, Mapping) and (entry := qualified_model(data))):
            return data
        return {**data, "provider": entry[0].id, "model": entry[1].id}

    @field_validator("provider")
    @classmethod
    def _is_known(cls, provider: str) -> str:
        return catalog.provider(provider).id

    @field_validator("model")
    @classmethod
    def _is_the_providers(cls, model: str, info: ValidationInfo) -> str:
        if "provider" not in info.data:
            return model
        return stored_overlay.provider_with(info.data["provider"], model).model(model).id

    @field_validator("prompt", "negative_prompt")
    @classmethod
    def _is_whole(cls, text: str, info: ValidationInfo) -> str:
        lost = has_lost_characters(text)
        if not lost and (info.field_name != "prompt" or has_visible_character(text)):
            return text
        rule = cls.rule(info.field_name or "")
        wrong = LOST if lost else f"must be {rule.allowed}; got {len(text)} invisible characters"
        raise rule.error(f"{rule.name}: {wrong}", field=rule.name)

    @field_validator("width", "height", mode="wrap")
    @classmethod
    def _is_a_side_of_the_model(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        """Name the model's supported sides and the nearest of them in the error."""
        if not {"provider", "model"} <= info.data.keys():
            return handler(value)
        model = _model(info.data)
        try:
            side = handler(value)
        except ValidationError:
            side = value
        whole = isinstance(side, int) and not isinstance(side, bool)
        if whole and side in model.sides:
            return side
        nearest = f"; the nearest is {model.sides.nearest(side)}" if whole else ""
        raise cls.rule(info.field_name or "").broken_by(value, f"{model.sides} for {model.id}{nearest}")

    @field_validator("size")
    @classmethod
    def _is_a_size_of_the_model(cls, size: str, info: ValidationInfo) -> str:
        if size.strip().lower() == "auto":
            return "auto"
        rule, size_read = cls.rule("size"), read_size(size)
        if size_read is None:
            raise rule.broken_by(size)
        model = _model(info.data) if {"provider", "model"} <= info.data.keys() else None
        if model and not all(side in model.sides for side in size_read):
            nearest = "x".join(str(model.sides.nearest(side)) for side in size_read)
            allowed = f"WIDTHxHEIGHT, each {model.sides} for {model.id}; the nearest is {nearest}"
            raise rule.broken_by(size, allowed)
        return "{}x{}".format(*size_read)

    @field_validator("steps", "guidance_scale", mode="wrap")
    @classmethod
    def _is_in_the_models_range(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        """Name the model's range in the error, also for a value that is not a number."""
        if not {"provider", "model"} <= info.data.keys():
            return handler(value)
        model, name = _model(info.data), info.field_name or ""
        limits = model.steps if name == "steps" else model.guidance
        try:
            number = handler(value)
        except ValidationError:
            number = None
        if number is not None and (limits is None or number in limits):
            return number
        rule = cls.rule(name)
        raise rule.broken_by(
            value, f"{rule.allowed} from {limits.min:g} to {limits.max:g} for {model.id}" if limits else ""
        )

    @property
    def catalog_model(self) -> catalog.Model:
        """The model as the catalog describes it."""
        return _model(vars(self))

    @property
    def sent_images(self) -> list[str]:
        """The source pictures, as they were sent."""
        return [self.image] if isinstance(self.image, str) else self.image or []

    def sized(self) -> Self:
        """Return the body with `size` as width and height."""
        sides = dict(zip(("width", "height"), read_size(self.size) or (), strict=False))
        given = set() if self.size_wins else self.model_fields_set
        return self.model_copy(update={name: side for name, side in sides.items() if name not in given})

    @property
    def warnings(self) -> tuple[str, ...]:
        """Warnings about ignored values: unknown fields, and fields that the model does not support."""
        model, warnings = self.catalog_model, self.unknown_fields()
        sized = self.sized()
        if read_size(self.size) not in (None, (sized.width, sized.height)):
            warnings.append(
                f"size was ignored: width and height are set, so the picture has {sized.width} x {sized.height} pixels"
            )
        if "guidance_scale" in self.model_fields_set and model.guidance is None:
            name = self.rule("guidance_scale").name
            warnings.append(f"{name} was dropped: {model.id} does not support a guidance scale")
        if self.negative_prompt.strip() and not model.negative_prompt:
            provider = catalog.name_of(self.provider)
            name = self.rule("negative_prompt").name
            warnings.append(f"{name} was dropped: {model.id} of {provider} does not support negative prompts")
        return tuple(warnings)


class UpscaleBody(Body):
    """The body of a call that enlarges a picture."""

    url: Annotated[
        str, Refusal(InvalidParams, "an http(s) link to a picture at a public address, of at most 2048 characters")
    ] = Field(
        min_length=1,
        max_length=2048,
        description="http(s) link to a picture",
        examples=["https://example.com/cat.png"],
    )
    scale: Whole = Field(4, ge=1, le=4, description="factor of width and height", examples=[4])
    response_format: ResponseFormat | None = Field(
        None, description="`b64_json` adds the picture itself as `imageDetails.b64Json`"
    )
    webhook: Webhook | None = None

    @field_validator("url")
    @classmethod
    def _is_public(cls, url: str) -> str:
        if public_urls.is_public(url) or public_urls.is_own_picture(url):
            return url
        raise cls.rule("url").broken_by(url)
