"""Records of a generation: the request, its progress, its result, and the job that holds them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from easel import catalog
from easel.catalog import stored_overlay
from easel.catalog.requests import GenerationFields
from easel.common.image_formats import EXTENSIONS
from easel.errors import InvalidModel
from easel.store.payer import Payer, PayerKind

Status = Literal["queued", "running", "succeeded", "failed"]

PASSING = (409, 429)
"""Error statuses below 500 that may not recur in a retry: cancelled, rate-limited."""
TYPICAL_UPSCALING = 30.0
TYPICAL_UNKNOWN = 15.0
"""Typical seconds for an upscaled picture, and for a model that is no longer in the catalog."""
_PICTURE = re.compile(rf"/api/images/(b?[0-9a-f]{{36,44}}\.(?:{EXTENSIONS}))$")


def own_picture(link: str) -> str:
    """Return the name `{job id}.{extension}` in a link to one of Easel's pictures, or "" for any other link."""
    match = _PICTURE.search(urlsplit(link).path)
    return match[1] if match else ""


class StoredRecord(BaseModel):
    """Base of the models that the table keeps as JSON."""

    model_config = ConfigDict(frozen=True, extra="ignore", validate_by_name=True, serialize_by_alias=True)

    def to_json(self, *, defaults: bool = True) -> dict[str, Any]:
        """Return the fields for `json.dumps`, without any None. `defaults=False` omits default values too."""
        return self.model_dump(exclude_none=True, exclude_defaults=not defaults)

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Return the record whose `to_json()` this is. Unknown fields, which a newer version may have added, are
        ignored.

        Raises `ValueError` for what is no such record.
        """
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"]))
            raise ValueError(f"no {cls.__name__}: {place}: {first['msg']}") from error

    def replace(self, **changes: Any) -> Self:
        """Return a copy with other values, not validated."""
        return self.model_copy(update=changes)


class GenerationRequest(StoredRecord, GenerationFields, defer_build=False):
    """A request that the catalog allows; every field has its final value. Holds no token.

    It has all of `GenerationFields`. Those that stand here were accepted once and are read back as they are.
    """

    provider: str
    model: str
    prompt: str = ""
    width: int = 0
    height: int = 0
    steps: int = 0
    guidance_scale: float | None = Field(None, alias="guidance")
    seed: int = 0
    output_format: str = ""
    """The format that a call of `/v1` wants. Providers choose their own, so the answer may warn of another one."""
    images: tuple[str, ...] = ()
    """The pictures to start from: links, and keys of `easel.store.source_images`. Where the call names no size, width
    and height are 0: the provider chooses."""
    source_url: str = ""
    """Upscaling: the picture to enlarge."""
    scale: int = 0
    """Upscaling: how many times; 0 means that this is a generation."""

    @property
    def catalog_provider(self) -> catalog.Provider:
        return catalog.provider(self.provider)

    @property
    def catalog_model(self) -> catalog.Model:
        """The model. Raises `InvalidModel` where the owner has taken it out of the catalog meanwhile."""
        return stored_overlay.provider_with(self.provider, self.model).model(self.model)

    @property
    def typical_seconds(self) -> float:
        """The usual duration of the request."""
        if self.scale:
            return TYPICAL_UPSCALING
        try:
            return self.catalog_model.typical_seconds
        except InvalidModel:
            return TYPICAL_UNKNOWN

    @property
    def source_pictures(self) -> list[str]:
        """The names of those of Easel's own pictures that it enlarges or starts from."""
        return list(filter(None, map(own_picture, (self.source_url, *self.images))))

    @property
    def model_name(self) -> str:
        """The model's display name; its id if the catalog does not have it any more."""
        if self.model == catalog.UPSCALER:
            return "Upscaler"
        try:
            return self.catalog_model.name
        except InvalidModel:
            return self.model


@dataclass(frozen=True)
class ValidatedRequest:
    """A request that the catalog allows. The token is kept apart, so that it is neither stored nor printed with it."""

    request: GenerationRequest
    warnings: tuple[str, ...]
    token: str | None = field(repr=False, default=None)
    spare_tokens: tuple[str, ...] = field(repr=False, default=())
    """The caller's further tokens, each for when the one before is refused or limited."""
    key: str | None = None
    """Id of the Easel key that the call shows."""
    images: Mapping[str, bytes] = field(repr=False, default_factory=dict)
    """The pictures to start from that the call itself has brought, by their keys in the bucket; not stored yet."""
    others: tuple[ValidatedRequest, ...] = ()
    """The same picture at other providers, in the order to ask them if the one before has not accepted it."""
    family: str = ""
    """The family that the call names, with the provider `auto`; "" for a call that names a provider."""

    @property
    def every(self) -> tuple[ValidatedRequest, ...]:
        """This request and the others."""
        return (self, *self.others)

    def at(self, provider: str) -> ValidatedRequest:
        """The request at that provider, with those after it as the others; this one if there is none."""
        place = next((place for place, each in enumerate(self.every) if each.request.provider == provider), 0)
        return replace(self.every[place], others=self.every[place + 1 :])

    @property
    def uses_own_tokens(self) -> bool:
        """Whether the picture is made with the deployment's own tokens."""
        return bool(self.key) and not self.token


class Progress(StoredRecord):
    """The job's progress as the provider reports it. A field that it does not report is None."""

    queue_position: int | None = None
    eta_seconds: float | None = None
    percent: int | None = None

    def as_response(self) -> dict[str, Any]:
        """Return the object `progress` in a job's response."""
        shape = {
            "queuePosition": self.queue_position,
            "etaSeconds": self.eta_seconds,
            "percent": self.percent,
        }
        return {name: value for name, value in shape.items() if value is not None}


class Result(StoredRecord):
    """The outcome of a successful job. `key` is where the picture lies in the bucket; empty when it could not be stored
    and `url`, the provider's own link, is all there is."""

    key: str = ""
    url: str = ""
    format: str
    width: int
    height: int
    size: int = 0
    """Bytes of the picture."""
    seed: int
    space: str = ""
    """URL of the Space that drew; empty for providers without Spaces."""
    seconds: float
    """From the start of the work to the stored picture."""


class Attempt(StoredRecord):
    """A provider that was asked for a family's picture and has not accepted the call, and its error."""

    provider: str
    model: str
    code: str
    message: str


class Job(StoredRecord, allow_inf_nan=False):
    """A job as stored; times are seconds since the epoch."""

    id: str
    request: GenerationRequest
    warnings: tuple[str, ...] = ()
    status: Status = "queued"
    created: float
    started: float | None = None
    finished: float | None = None
    deadline: float
    seen: float | None = None
    """The last heartbeat of the function that works on it; jobs of batches have none, see `easel.batch.claims`."""
    attempts: int = 0
    progress: Progress | None = None
    result: Result | None = None
    error: dict[str, Any] | None = None
    """The body of the error's answer."""
    error_status: int = 500
    drawn: bool | None = None
    """Of a failed job: whether the provider may have drawn a picture. None in a record of an earlier version."""
    batch: str | None = None
    """Id of the batch it belongs to; such a job has no progress, since nobody looks on."""
    payers: tuple[str, ...] = ()
    """Ids of the items that count its picture, see `easel.budgets.admission`."""
    repeatable: bool = False
    """Whether a later call may go on from here: this one has an idempotency key, or an SDK repeats it."""
    continues: str | None = None
    """Id under which `easel.store.checkpoints` has what the provider accepted in an earlier attempt, which has paid."""
    family: str = ""
    """The family that the caller named; `request` is for the provider whose turn it is. "" if it named a provider."""
    tried: tuple[Attempt, ...] = ()
    """The providers that were asked before."""

    @property
    def ended(self) -> bool:
        return self.status in ("succeeded", "failed")

    @property
    def key(self) -> str | None:
        """Id of the Easel key that it was made with."""
        payers = (Payer.parse(item_id) for item_id in self.payers)
        return next((payer.id for payer in payers if payer.kind is PayerKind.KEY), None)

    @property
    def settled(self) -> bool:
        """Whether a repeat of the request could not end otherwise: it has a picture, or it or its token was refused."""
        refused = 400 <= self.error_status < 500 and self.error_status not in PASSING
        return self.status == "succeeded" or (self.status == "failed" and refused)
